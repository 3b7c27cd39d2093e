using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Causeway.Primitives;
using Causeway.Registries.Irr;

namespace Causeway.Registries.Serving.Whois;

/// <summary>A query that cannot be answered as it was asked; the message goes to the client.</summary>
internal sealed class WhoisQueryException(string message) : Exception(message);

/// <summary>
/// One client's conversation: its queries (<see cref="IrrdQuery"/> those that begin with "!", <see cref="RipeQuery"/> the others) and what it has chosen
/// (sources, excluded sets, timeout, whether to stay). Answers one query at a time from the database as it stands at that moment; does no I/O of its own.
/// </summary>
internal sealed class WhoisSession(Func<IrrDatabase> database, WhoisOptions options, WhoisPending pending, TimeProvider time) : IDisposable
{
    private CancellationTokenSource _clock = new(Timeout.InfiniteTimeSpan, time);
    private string[]? _sources;
    private WhoisAnswer? _answer;

    /// <summary>True after <c>!!</c> or <c>-k</c>: more than one query will come.</summary>
    public bool StaysOpen { get; set; }

    /// <summary>True after <c>!q</c>: the client takes its leave.</summary>
    public bool IsOver { get; set; }

    public TimeSpan IdleTimeout { get; set; } = options.IdleTimeout;

    /// <summary>Sets that are not opened when others are followed.</summary>
    public string[] Excluded { get; set; } = [];

    /// <summary>Every source, whatever the client has chosen.</summary>
    public IrrDatabase Everything => database();

    /// <summary>The database through the client's choice of sources.</summary>
    public IrrDatabase Data => _sources is null ? database() : database().Restrict(_sources);

    /// <summary>Cancelled when the query has been worked on for too long.</summary>
    public CancellationToken TimeIsUp => _clock.Token;

    /// <summary>The most objects that one answer can hold, so that no more are looked up.</summary>
    public int MaxObjects => options.MaxAnswer / 32;

    /// <summary>Answers one line, without its line end.</summary>
    public WhoisReply Answer(ReadOnlySpan<byte> line)
    {
        string query = Encoding.UTF8.GetString(line).Trim();
        // Old whois clients put "-V name" before whatever the user typed.
        if (
            query.StartsWith("-V ", StringComparison.Ordinal)
            && query.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries) is [_, _, var rest]
            && rest.StartsWith('!')
        )
            query = rest;
        bool irrd = query.StartsWith('!');
        _clock.CancelAfter(options.QueryTimeout);
        try
        {
            if (query.Contains('\0'))
                throw new WhoisQueryException("Queries may not contain null bytes");
            WhoisReply reply = irrd ? new IrrdQuery(this).Run(query[1..]) : new RipeQuery(this).Run(query);
            // Whoever sends the reply disposes of its content.
            _answer = reply.Content is null ? _answer : null;
            return reply;
        }
        catch (WhoisQueryException e)
        {
            return Error(irrd, e.Message);
        }
        catch (OperationCanceledException)
        {
            return Error(
                irrd,
                $"The query takes longer than {options.QueryTimeout.TotalSeconds:0} s; ask for less, or restrict the sources"
            );
        }
        finally
        {
            DropAnswer();
            if (!_clock.TryReset())
            {
                _clock.Dispose();
                _clock = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
            }
        }
    }

    public void Dispose()
    {
        DropAnswer();
        _clock.Dispose();
    }

    /// <summary>Drops the answer that was begun and will not be sent, if there is one.</summary>
    private void DropAnswer()
    {
        _answer?.Dispose();
        _answer = null;
    }

    private static WhoisReply Error(bool irrd, string message)
    {
        string clean = message.ReplaceLineEndings(" ");
        return WhoisReply.Of(Encoding.UTF8.GetBytes(irrd ? $"F {clean}\n" : $"%% ERROR: {clean}\n\n\n"));
    }

    /// <summary>The content of this query's answer; there is one at a time.</summary>
    public WhoisAnswer NewAnswer()
    {
        _answer?.Dispose();
        return _answer = new WhoisAnswer(options.MaxAnswer, pending, TimeIsUp);
    }

    public static Asn Origin(string text) =>
        Asn.TryParse(text, out Asn asn)
            ? asn
            : throw new WhoisQueryException($"Invalid AS number {text}: must be a number, with or without 'AS'");

    /// <summary>Sees only these sources from now on, the first preferred; none for all.</summary>
    public void ChooseSources(string? list)
    {
        if (list is null)
        {
            _sources = null;
            return;
        }
        string[] names =
        [
            .. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(n => n.ToUpperInvariant()),
        ];
        IrrDatabase all = database();
        if (names.Length == 0 || names.Any(n => all.Source(n) is null))
            throw new WhoisQueryException("One or more selected sources are unavailable.");
        _sources = names;
    }

    /// <summary>An address alone means its host prefix, as in IRRd.</summary>
    public static IpPrefix Prefix(string text)
    {
        text = text.Trim();
        if (IpPrefix.TryParse(text, out IpPrefix prefix))
            return prefix;
        if (!text.Contains('/') && text.AsSpan().IndexOfAny('.', ':') >= 0 && IPAddress.TryParse(text, out IPAddress? address))
            return IpPrefix.Host(address);
        throw new WhoisQueryException($"Invalid input for route search: {text}");
    }

    public WhoisAnswer Objects(IEnumerable<WhoisObject> objects, bool keysOnly = false)
    {
        WhoisAnswer answer = NewAnswer();
        foreach (WhoisObject found in objects)
            if (keysOnly)
                answer.Object(Encoding.UTF8.GetBytes(WhoisLookup.KeyFields(found)));
            else
                answer.Object(found.Text);
        return answer;
    }
}
