using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;

namespace StreamGrains.Chaos.Cluster;

/// <summary>
/// One client's connection to one broker. Requests are looked at frame by frame, replies pass as bytes. A request on the wire:
/// <code>
/// 0   4   length of what follows, big endian
/// 4   2   API key
/// 6   2   version
/// 8   4   correlation id
/// </code>
/// </summary>
internal sealed class ProxyConnection(Socket near, Socket far, Interceptor interceptor) : IDisposable
{
    private const int MaxFrame = 128 << 20;
    private readonly NetworkStream client = new(near), broker = new(far);
    private volatile Task held = Task.CompletedTask;
    private volatile bool silent;

    /// <summary>Until either side ends, or a trap does.</summary>
    public async Task Run(CancellationToken stop) => await await Task.WhenAny(Requests(stop), Replies(stop));

    public void Dispose()
    {
        client.Dispose();
        broker.Dispose();
    }

    private async Task Requests(CancellationToken stop)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (true)
            {
                await client.ReadExactlyAsync(buffer.AsMemory(0, 4), stop);
                var length = BinaryPrimitives.ReadInt32BigEndian(buffer);
                if (length is < 2 or > MaxFrame) throw new IOException($"a frame of {length} bytes");
                if (buffer.Length < length + 4)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(length + 4);
                    buffer.AsSpan(0, 4).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
                await client.ReadExactlyAsync(buffer.AsMemory(4, length), stop);
                if (silent) continue;
                var trap = interceptor.Catch((ApiKey)BinaryPrimitives.ReadInt16BigEndian(buffer.AsSpan(4)));
                if (trap is null)
                {
                    await broker.WriteAsync(buffer.AsMemory(0, length + 4), stop);
                    continue;
                }
                if (!await Spring(trap, buffer.AsMemory(0, length + 4), stop)) return;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Does what the trap says. False when the connection ends with it.</summary>
    private async Task<bool> Spring(Trap trap, ReadOnlyMemory<byte> request, CancellationToken stop)
    {
        switch (trap.Cut)
        {
            case Cut.Before:
                return false;
            case Cut.After:
                silent = true;
                await broker.WriteAsync(request, stop);
                near.Close();
                // The broker has it in any case; its own time to read it is all that is left to give.
                await Task.Delay(trap.Hold, stop);
                return false;
            case Cut.Late:
                silent = true;
                near.Close();
                await Task.Delay(trap.Hold, stop);
                await broker.WriteAsync(request, stop);
                await Task.Delay(trap.Hold, stop);
                return false;
            case Cut.Delay:
                held = Task.Delay(trap.Hold, stop);
                await broker.WriteAsync(request, stop);
                return true;
            default:
                silent = true;
                return true;
        }
    }

    private async Task Replies(CancellationToken stop)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (await broker.ReadAsync(buffer, stop) is > 0 and var read)
            {
                await held;
                if (!silent) await client.WriteAsync(buffer.AsMemory(0, read), stop);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
