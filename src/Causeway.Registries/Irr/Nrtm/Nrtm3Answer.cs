using System.Globalization;
using System.Text;
using Causeway.Registries.Irr.Rpsl;

namespace Causeway.Registries.Irr.Nrtm;

/// <summary>The answer is not what the protocol says; the message tells what was wrong.</summary>
internal sealed class Nrtm3Exception(string message) : Exception(message);

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
                throw new Nrtm3Exception($"the answer exceeds {maxBytes} bytes; load a dump instead");
        }
    }

    public void Dispose() => stream.Dispose();
}

/// <summary>
/// One answer to <c>-g SOURCE:3:first-LAST</c>: %START with the range, ADD or DEL with a serial and an object each, %END. Serials must rise; holes in them
/// are normal (servers leave out classes they do not export), but the range must begin where we asked.
/// </summary>
internal sealed class Nrtm3Answer
{
    public List<IrrChange> Changes { get; } = [];

    /// <summary>The serial that the source stands at after the changes.</summary>
    public long Last { get; private set; }

    /// <summary>What the server said instead of changes; null when it sent some.</summary>
    public NrtmOutcome? Refusal { get; private set; }

    private static string Text(byte[] line) => Encoding.Latin1.GetString(line, 0, Math.Min(line.Length, 200));

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
            if (line.StartsWith("%END", StringComparison.OrdinalIgnoreCase))
                return answer;
            if (line.StartsWith('%'))
            {
                if (line.Contains("ERROR", StringComparison.OrdinalIgnoreCase))
                    throw new Nrtm3Exception($"the server broke off: {line}");
                continue;
            }
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (
                words is not [("ADD" or "DEL") and var verb, var number]
                || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long serial)
            )
                throw new Nrtm3Exception($"expected ADD or DEL with a serial, or %END, but got '{line}'");
            if (serial <= at || serial > answer.Last)
                throw new Nrtm3Exception($"serial {serial} comes after {at} in a range that ends at {answer.Last}");
            at = serial;
            answer.Take(verb, await ObjectAsync(lines, cancellation));
        }
    }

    private async Task<bool> ReadStartAsync(Nrtm3Lines lines, string source, long first, CancellationToken cancellation)
    {
        while (true)
        {
            string line = Text(await lines.NextAsync(cancellation) ?? throw new Nrtm3Exception("the connection ended without an answer"));
            if (line.StartsWith("%START", StringComparison.OrdinalIgnoreCase))
            {
                // %START Version: 3 SOURCE first-last
                string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                string[] range = words.Length >= 5 ? words[4].Split('-') : [];
                if (
                    words is not ["%START", "Version:", "3", ..]
                    || !string.Equals(words[3], source, StringComparison.OrdinalIgnoreCase)
                    || range.Length != 2
                    || !long.TryParse(range[0], NumberStyles.None, CultureInfo.InvariantCulture, out long from)
                    || !long.TryParse(range[1], NumberStyles.None, CultureInfo.InvariantCulture, out long to)
                )
                    throw new Nrtm3Exception($"'{line}' is not the start of version 3 of {source}");
                if (from > first)
                {
                    Refusal = new NrtmOutcome.NeedsReload(
                        $"{source}: the server begins at serial {from}, but {first} is next here: changes in between are lost."
                    );
                    return false;
                }
                if (from < first || to < from)
                    throw new Nrtm3Exception($"asked for {first} on, but the server sends {from}-{to}");
                Last = to;
                return true;
            }
            if (!line.StartsWith('%'))
            {
                if (line.Length == 0)
                    continue;
                throw new Nrtm3Exception($"expected %START, but got '{line}'");
            }
            if (IsNothingNew(line))
                return false;
            if (line.Contains("ERROR", StringComparison.OrdinalIgnoreCase))
            {
                Refusal =
                    line.Contains("401", StringComparison.Ordinal) || line.Contains("range", StringComparison.OrdinalIgnoreCase)
                        ? new NrtmOutcome.NeedsReload($"{source}: the server cannot continue from serial {first}: {line}")
                        : throw new Nrtm3Exception(line);
                return false;
            }
        }
    }

    /// <summary>Servers say so in different words: "Warning (1): there are no newer updates available", or warning 401 with the present range.</summary>
    private static bool IsNothingNew(string line) =>
        line.Contains("no newer updates", StringComparison.OrdinalIgnoreCase)
        || line.Contains("no updates available", StringComparison.OrdinalIgnoreCase);

    private void Take(string verb, byte[] text)
    {
        if (verb == "ADD")
        {
            Changes.Add(new IrrChange.Put(text));
            return;
        }
        var parser = new RpslParser();
        if (
            parser.Next(text, final: true, out _) == RpslStep.Object
            && RpslObjectKey.Of(parser, text.AsSpan(parser.Start, parser.Length)) is { } key
        )
            Changes.Add(new IrrChange.Delete(key));
        else
            // A class that is not kept: its serial counts, the change does not.
            Changes.Add(new IrrChange.Nothing());
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
