using System.Buffers;
using System.Globalization;
using System.Text;
using Causeway.Primitives;
using Causeway.Registries.Irr;

namespace Causeway.Registries.Whois;

/// <summary>The answer is larger than allowed; the client is told, and the connection goes on.</summary>
internal sealed class AnswerTooLargeException() : Exception("The answer is too large.");

/// <summary>Collects the content of one answer, up to a limit.</summary>
internal sealed class WhoisAnswer(int limit)
{
    private readonly ArrayBufferWriter<byte> _content = new(1024);

    public ReadOnlyMemory<byte> Content => _content.WrittenMemory;

    public bool IsEmpty => _content.WrittenCount == 0;

    public void Text(string text)
    {
        Span<byte> span = Room(Encoding.UTF8.GetMaxByteCount(text.Length));
        _content.Advance(Encoding.UTF8.GetBytes(text, span));
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _content.Advance(bytes.Length);
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
        Span<byte> span = Room(64);
        int n = 0;
        if (!IsEmpty)
            span[n++] = (byte)' ';
        _content.Advance(n + RpslValue.Format(prefix, span[n..]));
    }

    /// <summary>Adds an object's text, after an empty line when it is not the first.</summary>
    public void Object(ReadOnlySpan<byte> text)
    {
        if (!IsEmpty)
            Bytes("\n"u8);
        Bytes(text);
        Bytes("\n"u8);
    }

    private Span<byte> Room(int bytes)
    {
        if (_content.WrittenCount > limit - bytes)
            throw new AnswerTooLargeException();
        return _content.GetSpan(bytes);
    }

    /// <summary>The length line of IRRd's protocol: the content's bytes and the newline after them.</summary>
    public byte[] LengthLine() => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"A{_content.WrittenCount + 1}\n"));
}
