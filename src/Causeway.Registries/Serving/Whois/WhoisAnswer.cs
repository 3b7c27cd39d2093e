using System.Buffers;
using System.Globalization;
using System.Text;
using Causeway.Primitives;
using Causeway.Registries.Irr.Rpsl;

namespace Causeway.Registries.Serving.Whois;

/// <summary>Collects the content of one answer in pooled pieces, up to a limit: large answers are frequent, and would litter the large object heap as one array each.</summary>
internal sealed class WhoisAnswer(int limit, WhoisPending pending, CancellationToken timeIsUp) : IDisposable
{
    private const int PieceSize = 1 << 16;

    private readonly List<(byte[] Buffer, int Length)> _full = [];
    private byte[] _piece = ArrayPool<byte>.Shared.Rent(1024);
    private int _used;

    /// <summary>Bytes collected.</summary>
    public int Length { get; private set; }

    public bool IsEmpty => Length == 0;

    public IEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        foreach ((byte[] buffer, int length) in _full)
            yield return buffer.AsMemory(0, length);
        yield return _piece.AsMemory(0, _used);
    }

    /// <exception cref="WhoisQueryException">The answer becomes too large, or there is no room for it.</exception>
    /// <exception cref="OperationCanceledException">The query has taken too long.</exception>
    public void Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        timeIsUp.ThrowIfCancellationRequested();
        if (bytes.Length > limit - Length)
            throw new WhoisQueryException($"The answer exceeds {limit} bytes; ask for less, or restrict the sources");
        Length += bytes.Length;
        while (bytes.Length > 0)
        {
            if (_used == _piece.Length)
                NextPiece();
            int n = Math.Min(bytes.Length, _piece.Length - _used);
            bytes[..n].CopyTo(_piece.AsSpan(_used));
            _used += n;
            bytes = bytes[n..];
        }
    }

    /// <summary>Adds a word, after a space when it is not the first.</summary>
    public void Word(string word)
    {
        if (!IsEmpty)
            Bytes(" "u8);
        Text(word);
    }

    public void Word(in IpPrefix prefix)
    {
        Span<byte> word = stackalloc byte[64];
        int n = 0;
        if (!IsEmpty)
            word[n++] = (byte)' ';
        n += RpslValue.Format(prefix, word[n..]);
        Bytes(word[..n]);
    }

    /// <summary>Adds an object's text, after an empty line when it is not the first.</summary>
    public void Object(ReadOnlySpan<byte> text)
    {
        if (!IsEmpty)
            Bytes("\n"u8);
        Bytes(text);
        Bytes("\n"u8);
    }

    private void NextPiece()
    {
        pending.Take(PieceSize);
        _full.Add((_piece, _used));
        _piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        _used = 0;
    }

    /// <summary>The length line of IRRd's protocol: the content's bytes and the newline after them.</summary>
    public byte[] LengthLine() => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"A{Length + 1}\n"));

    /// <summary>Gives the pieces back; the answer is then empty.</summary>
    public void Dispose()
    {
        foreach ((byte[] buffer, _) in _full)
            ArrayPool<byte>.Shared.Return(buffer);
        pending.GiveBack(_full.Count * PieceSize);
        _full.Clear();
        if (_piece.Length > 0)
            ArrayPool<byte>.Shared.Return(_piece);
        _piece = [];
        _used = 0;
        Length = 0;
    }
}
