using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace StreamGrains.Server;

/// <summary>Why a server does not start, in words for who started it. Pure.</summary>
public static class StartMistakes
{
    /// <summary>What is wrong and what to do; what nobody could have expected has its type as well.</summary>
    /// <param name="failure">What the start ended with.</param>
    /// <param name="url">Where it was to listen; null when that is not known.</param>
    /// <param name="setting">The setting that says where it listens.</param>
    public static string Words(Exception failure, string? url, string setting) => failure switch
    {
        IOException { InnerException: AddressInUseException } taken => $"{Clause(taken.Message)}. End what listens there, or choose another address ({setting}).",
        SocketException socket => $"cannot listen on {url ?? "an address"}: {Clause(socket.Message)}. Choose an address of this machine, and a port that this user may have ({setting}).",
        FormatException unread => $"{Clause(unread.Message)}. An address reads http://127.0.0.1:8080 ({setting}).",
        InvalidOperationException or OptionsValidationException or ArgumentException or IOException or UnauthorizedAccessException or CryptographicException => failure.Message,
        _ => $"{failure.GetType().Name}: {Clause(failure.Message)}. STREAMGRAINS_STACK=1 shows where.",
    };

    private static string Clause(string message) => message.TrimEnd('.');
}
