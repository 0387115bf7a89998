using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace StreamGrains.Onnx;

/// <summary>
/// Gives one input its tensor: some columns of the matrix, in the input's own type. Owner: one scorer.
/// The matrix is float, so whole numbers beyond 2^24 and the last digits of doubles do not reach a model that could take them.
/// </summary>
internal abstract class InputFeed
{
    /// <summary>A feed of columns <paramref name="offset"/> to offset + width - 1 of a matrix that is <paramref name="features"/> wide.</summary>
    public static InputFeed Create(ModelInput input, int offset, int features) => input.Type switch
    {
        TensorElementType.Float when input.Width == features => new WholeMatrix(input, features),
        TensorElementType.Float => new Columns<float, Same>(input, offset, features),
        TensorElementType.Double => new Columns<double, ToDouble>(input, offset, features),
        TensorElementType.Float16 => new Columns<Float16, ToHalf>(input, offset, features),
        TensorElementType.Int64 => new Columns<long, ToInt64>(input, offset, features),
        TensorElementType.Int32 => new Columns<int, ToInt32>(input, offset, features),
        _ => throw new NotSupportedException(input.Problem),
    };

    /// <summary>The tensor of rows <paramref name="start"/> to start + <paramref name="rows"/> - 1. Valid until the next call.</summary>
    public abstract OrtValue Bind(float[] matrix, int start, int rows);

    /// <summary>Why a row cannot be given to this input, or null.</summary>
    public virtual string? Refusal(ReadOnlySpan<float> row) => null;

    private static long[] Shape(ModelInput input) => [0, .. input.Dimensions.Skip(1).Select(size => (long)size)];

    /// <summary>The matrix is the tensor: nothing is copied.</summary>
    private sealed class WholeMatrix(ModelInput input, int features) : InputFeed
    {
        private readonly long[] _shape = Shape(input);

        public override OrtValue Bind(float[] matrix, int start, int rows)
        {
            _shape[0] = rows;
            return OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, matrix.AsMemory(start * features, rows * features), _shape);
        }
    }

    private sealed class Columns<T, TConvert>(ModelInput input, int offset, int features) : InputFeed
        where T : unmanaged
        where TConvert : IConvert<T>
    {
        private readonly int _width = input.Width!.Value;
        private readonly long[] _shape = Shape(input);
        private T[] _values = [];

        public override OrtValue Bind(float[] matrix, int start, int rows)
        {
            if (_values.Length < rows * _width)
            {
                _values = GC.AllocateUninitializedArray<T>(Math.Max(rows * _width, 2 * _values.Length), pinned: true);
            }
            for (var row = 0; row < rows; row++)
            {
                var from = matrix.AsSpan((start + row) * features + offset, _width);
                var to = _values.AsSpan(row * _width, _width);
                for (var i = 0; i < to.Length; i++)
                {
                    to[i] = TConvert.From(from[i]);
                }
            }
            _shape[0] = rows;
            return OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _values.AsMemory(0, rows * _width), _shape);
        }

        public override string? Refusal(ReadOnlySpan<float> row)
        {
            if (TConvert.TakesAll)
            {
                return null;
            }
            for (var i = 0; i < _width; i++)
            {
                if (!TConvert.Takes(row[offset + i]))
                {
                    return string.Create(CultureInfo.InvariantCulture, $"feature {offset + i + 1} is {row[offset + i]}, and input `{input.Name}` takes whole numbers ({Describe.Type(input.Type)})");
                }
            }
            return null;
        }
    }

    private interface IConvert<T>
    {
        static virtual bool TakesAll => true;

        static virtual bool Takes(float value) => true;

        static abstract T From(float value);
    }

    private readonly struct Same : IConvert<float>
    {
        public static float From(float value) => value;
    }

    private readonly struct ToDouble : IConvert<double>
    {
        public static double From(float value) => value;
    }

    private readonly struct ToHalf : IConvert<Float16>
    {
        public static Float16 From(float value) => Unsafe.BitCast<Half, Float16>((Half)value);
    }

    // A row that is not taken is fed nevertheless, as the saturated number, so that the others of its run keep their places.
    private readonly struct ToInt64 : IConvert<long>
    {
        public static bool TakesAll => false;

        public static bool Takes(float value) => value == MathF.Truncate(value) && value is >= long.MinValue and < -(float)long.MinValue;

        public static long From(float value) => (long)value;
    }

    private readonly struct ToInt32 : IConvert<int>
    {
        public static bool TakesAll => false;

        public static bool Takes(float value) => value == MathF.Truncate(value) && value is >= int.MinValue and < -(float)int.MinValue;

        public static int From(float value) => (int)value;
    }
}
