using System.Data.Common;
using System.Net.Sockets;
using Causeway.Primitives;
using Polly.Timeout;

namespace Causeway.Hosting;

/// <summary>Exceptions in words.</summary>
public static class Problem
{
    /// <summary>The messages of the exception and of what caused it, joined; may name hosts and files.</summary>
    public static string Text(Exception exception)
    {
        var parts = new List<string>();
        for (Exception? e = exception; e is not null; e = e.InnerException)
            if (parts.Count == 0 || !parts[^1].Contains(e.Message, StringComparison.Ordinal))
                parts.Add(e.Message);
        return string.Join(" <- ", parts);
    }

    /// <summary>What kind of failure it is, naming no host, file, user or statement.</summary>
    public static string InPublic(Exception exception) =>
        exception switch
        {
            IUnavailable unavailable => unavailable.Message.TrimEnd('.'),
            DbException { SqlState: { Length: > 0 } state } => $"the database refuses (SQLSTATE {state})",
            DbException { InnerException: TimeoutException } or TimeoutException or TimeoutRejectedException => "no answer in time",
            DbException => "the database does not answer",
            OperationCanceledException => "given up before it was done",
            SocketException or HttpRequestException => "the network does not carry it",
            IOException or UnauthorizedAccessException => "a file cannot be read or written",
            AggregateException { InnerException: { } inner } => InPublic(inner),
            _ => $"a fault of the program ({exception.GetType().Name})",
        };

    /// <summary>Whether it is a fault of the program, of which a log needs the stack; not a store, network or disk that is unwell.</summary>
    public static bool IsOfTheProgram(Exception exception) =>
        exception
            is not (
                DbException
                or TimeoutException
                or TimeoutRejectedException
                or OperationCanceledException
                or SocketException
                or HttpRequestException
                or IOException
                or UnauthorizedAccessException
            );
}
