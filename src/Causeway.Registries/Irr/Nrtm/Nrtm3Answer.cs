using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Causeway.Primitives;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Irr.Store;

namespace Causeway.Registries.Irr.Nrtm;

/// <summary>The answer is not what the protocol says; the message tells what was wrong.</summary>
/// <param name="message">For people.</param>
/// <param name="needsReload">Asking again would bring the same.</param>
internal sealed class Nrtm3Exception(string message, bool needsReload = false) : Exception(message)
{
    public bool NeedsReload => needsReload;
}

/// <summary>Reads lines from a stream up to a total size, and one line of at most 64 KiB.</summary>
internal sealed class Nrtm3Lines(Stream stream, long maxBytes) : IDisposable
{
    private const int MaxLine = 1 << 16;

    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly List<byte> _line = [];
    private int _start;
    private int _end;
    private long _total;

    /// <summary>The next line without its end; null when the stream is at its end.</summary>
    public async ValueTask<byte[]?> NextAsync(CancellationToken cancellation)
    {
        _line.Clear();
        while (true)
        {
            int length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            int take = length < 0 ? _end - _start : length;
            if (_line.Count + take > MaxLine)
                throw new Nrtm3Exception($"a line exceeds {MaxLine} bytes");
            _line.AddRange(_buffer.AsSpan(_start, take));
            if (length >= 0)
            {
                _start += length + 1;
                if (_line.Count > 0 && _line[^1] == '\r')
                    _line.RemoveAt(_line.Count - 1);
                return [.. _line];
            }
            _start = 0;
            _end = await stream.ReadAsync(_buffer, cancellation);
            if (_end == 0)
                return _line.Count == 0 ? null : [.. _line];
            if ((_total += _end) > maxBytes)
                throw new Nrtm3Exception($"the answer exceeds {maxBytes} bytes", needsReload: true);
        }
    }

    public void Dispose() => stream.Dispose();
}

/// <summary>
/// One answer to <c>-g SOURCE:3:first-LAST</c>: %START with the range, ADD or DEL with a serial and an object each, %END. Serials must rise; holes in them
/// are normal (servers leave out classes they do not export), but the range must begin where we asked. Servers that know no version 3 answer in version 1 or 2,
/// in which the operations have no serials: they are applied in their order, and the range says where they lead.
/// </summary>
internal sealed partial class Nrtm3Answer
{
    public List<IrrChange> Changes { get; } = [];

    /// <summary>The serial that the source stands at after the changes.</summary>
    public long Last { get; private set; }

    /// <summary>What the server said instead of changes; null when it sent some.</summary>
    public Nrtm3Refusal? Refusal { get; private set; }

    private int _version;

    private static string Text(byte[] line) => Encoding.Latin1.GetString(line, 0, Math.Min(line.Length, 200));

    // As IRRd, RIPE's server and their ancestors write it: "%START Version: 3 RIPE 11-20 FILTERED", "% START Version: 1 ...".
    [GeneratedRegex(@"^% *START +Version: *([0-9]{1,3}) +([^ ]+) +([0-9]{1,18})-([0-9]{1,18})( |$)", RegexOptions.IgnoreCase)]
    private static partial Regex StartLine { get; }

    [GeneratedRegex("^% *END( |$)", RegexOptions.IgnoreCase)]
    private static partial Regex EndLine { get; }

    public static async Task<Nrtm3Answer> ReadAsync(Nrtm3Lines lines, string source, long first, CancellationToken cancellation)
    {
        var answer = new Nrtm3Answer();
        if (!await answer.ReadStartAsync(lines, source, first, cancellation))
            return answer;
        long at = first - 1;
        while (true)
        {
            string line = Text(await lines.NextAsync(cancellation) ?? throw new Nrtm3Exception("the connection ended before %END"));
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (EndLine.IsMatch(line))
                return answer;
            if (line.StartsWith('%'))
            {
                if (line.Contains("ERROR", StringComparison.OrdinalIgnoreCase))
                    throw new Nrtm3Exception($"the server broke off: {line}");
                continue;
            }
            long serial = at + 1;
            switch (line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                case ["ADD" or "DEL", var number] when long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out serial):
                case ["ADD" or "DEL"] when answer._version < 3:
                    break;
                default:
                    throw new Nrtm3Exception(
                        $"expected ADD or DEL{(answer._version < 3 ? "" : " with a serial")}, or %END, but got '{line}'"
                    );
            }
            if (serial <= at || serial > answer.Last)
                throw new Nrtm3Exception($"serial {serial} comes after {at} in a range that ends at {answer.Last}");
            at = serial;
            answer.Take(line.StartsWith("ADD", StringComparison.Ordinal), await ObjectAsync(lines, cancellation));
        }
    }

    private async Task<bool> ReadStartAsync(Nrtm3Lines lines, string source, long first, CancellationToken cancellation)
    {
        string remark = "";
        while (true)
        {
            string line = Text(
                await lines.NextAsync(cancellation)
                    ?? throw new Nrtm3Exception(
                        $"the connection ended without an answer{(remark.Length == 0 ? "" : $", after '{remark}'")}"
                    )
            );
            if (line.Length == 0)
                continue;
            if (StartLine.Match(line) is { Success: true } start)
            {
                Begin(line, start, source, first);
                return Refusal is null;
            }
            if (!line.StartsWith('%') || line.Contains("START Version", StringComparison.OrdinalIgnoreCase))
                throw new Nrtm3Exception($"expected %START of {source}, but got '{line}'");
            if (Nrtm3Refusal.Read(line, first) is { } refusal)
            {
                Refusal = refusal;
                return false;
            }
            remark = line;
        }
    }

    private void Begin(string line, Match start, string source, long first)
    {
        _version = int.Parse(start.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        long from = long.Parse(start.Groups[3].ValueSpan, CultureInfo.InvariantCulture);
        Last = long.Parse(start.Groups[4].ValueSpan, CultureInfo.InvariantCulture);
        if (_version is < 1 or > 3 || !start.Groups[2].Value.Equals(source, StringComparison.OrdinalIgnoreCase))
            throw new Nrtm3Exception($"'{line}' is not the start of version 1, 2 or 3 of {source}");
        if (from > first)
            Refusal = new Nrtm3Refusal.CannotContinue($"it begins at serial {from}: changes in between are lost");
        else if (from < first || Last < from)
            throw new Nrtm3Exception($"asked for {first} on, but the server sends {from}-{Last}");
    }

    private void Take(bool add, byte[] text)
    {
        var parser = new RpslParser();
        bool kept = parser.Next(text, final: true, out _) == RpslStep.Object && parser.Class != RpslClass.Other;
        Changes.Add(
            !kept ? new IrrChange.Nothing() // Its serial counts, the change does not.
            : add ? new IrrChange.Put(text)
            : RpslObjectKey.Of(parser, text.AsSpan(parser.Start, parser.Length)) is { } key ? new IrrChange.Delete(key)
            : new IrrChange.Nothing()
        );
    }

    /// <summary>The object after an operation: from the first line that is not empty to the next that is.</summary>
    private static async Task<byte[]> ObjectAsync(Nrtm3Lines lines, CancellationToken cancellation)
    {
        var text = new List<byte>();
        while (true)
        {
            byte[] line = await lines.NextAsync(cancellation) ?? throw new Nrtm3Exception("the connection ended within an object");
            if (line.Length == 0)
            {
                if (text.Count == 0)
                    continue;
                return [.. text];
            }
            if (text.Count + line.Length > RpslReader.MaxObject)
                throw new Nrtm3Exception($"an object exceeds {RpslReader.MaxObject} bytes");
            text.AddRange(line);
            text.Add((byte)'\n');
        }
    }
}
