using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Causeway.Registries.Irr.Rpsl;

/// <summary>
/// Reads RPSL objects one after another from a stream: a plain dump, or the decompressed side of one. Keeps one buffer that grows with the longest object,
/// up to <see cref="MaxObject"/>; longer objects are skipped and counted. Damage to the stream ends the reading and is counted; it never throws for what it reads.
/// </summary>
internal sealed class RpslReader : IDisposable
{
    /// <summary>The longest object kept, in bytes: text lengths are stored in 24 bits.</summary>
    public const int MaxObject = (1 << 24) - 1;

    /// <summary>The longest input read: a hundred times the largest public dump, and an end to what a few megabytes of gzip can unfold into.</summary>
    private const long MaxInput = 64L << 30;

    private const int InitialBuffer = 1 << 19;

    private readonly Stream _stream;
    private readonly RpslProblems _problems;
    private readonly RpslParser _parser = new();
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialBuffer);
    private int _start;
    private int _end;
    private bool _ended;
    private bool _skipping;

    private readonly Func<long, bool> _isWhole;

    /// <param name="isWhole">Asked when the stream ends, with the bytes that came: whether that is really the end. An object cut in two is then left out.</param>
    public RpslReader(Stream stream, RpslProblems problems, Func<long, bool>? isWhole = null)
    {
        _stream = stream;
        _problems = problems;
        _isWhole = isWhole ?? (_ => true);
    }

    /// <summary>Bytes taken from the stream so far.</summary>
    public long BytesRead { get; private set; }

    /// <summary>False when the stream ended early or could not be read on, so that what was read is not the whole.</summary>
    public bool IsComplete { get; private set; } = true;

    public RpslParser Parser => _parser;

    /// <summary>The text of the object last read; valid until the next call of <see cref="Read"/>.</summary>
    public ReadOnlySpan<byte> Text => _buffer.AsSpan(_objectStart, _parser.Length);

    private int _objectStart;

    /// <summary>Moves to the next object; false at the end of the input.</summary>
    public bool Read()
    {
        while (true)
        {
            // An input that broke off may have broken off within an object: its last bytes are not an object.
            bool final = _ended && IsComplete;
            RpslStep step = _parser.Next(_buffer.AsSpan(_start, _end - _start), final, out int consumed);
            if (step == RpslStep.Object)
            {
                _objectStart = _start + _parser.Start;
                _start += consumed;
                if (_skipping || _parser.Length > MaxObject)
                {
                    if (!_skipping)
                        _problems.Count(RpslProblem.TooLarge, Text);
                    _skipping = false;
                    continue;
                }
                return true;
            }
            _start += consumed;
            if (_ended)
                return false;
            Fill();
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever the stream throws, it is the end of this input and of nothing else.")]
    private void Fill()
    {
        int kept = _end - _start;
        if (kept > MaxObject)
        {
            // Keep only enough to see the line end before a separator; the rest of the object is skipped.
            if (!_skipping)
                _problems.Count(RpslProblem.TooLarge, _buffer.AsSpan(_start, 200));
            _skipping = true;
            int tail = _buffer.AsSpan(_start, kept).LastIndexOfAny((byte)'\n', (byte)'\r');
            _start = tail > 0 ? _start + LineStartBefore(tail) : _end;
            kept = _end - _start;
        }
        if (kept > _buffer.Length / 2)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(_start, kept).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        else
            _buffer.AsSpan(_start, kept).CopyTo(_buffer);
        _start = 0;
        _end = kept;
        int read;
        try
        {
            read = _stream.Read(_buffer, _end, _buffer.Length - _end);
        }
        catch (InvalidDataException)
        {
            Break(RpslProblem.Truncated, Compression.Damaged);
            return;
        }
        catch (EndOfStreamException e)
        {
            Break(RpslProblem.Truncated, e.Message);
            return;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Break(RpslProblem.Unreadable, e.Message);
            return;
        }
        if (read == 0)
        {
            _ended = true;
            if (!_isWhole(BytesRead))
            {
                _problems.Count(RpslProblem.Truncated, $"after {BytesRead} bytes: the compressed input ends early");
                IsComplete = false;
            }
        }
        _end += read;
        BytesRead += read;
        if (BytesRead > MaxInput)
            Break(RpslProblem.Truncated, $"the input goes on beyond {MaxInput} bytes");
    }

    private void Break(RpslProblem problem, string why)
    {
        _problems.Count(problem, $"after {BytesRead} bytes: {why}");
        IsComplete = false;
        _ended = true;
    }

    private int LineStartBefore(int tail)
    {
        int previous = _buffer.AsSpan(_start, tail).LastIndexOfAny((byte)'\n', (byte)'\r');
        return previous < 0 ? tail : previous + 1;
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }
}
