using System.Buffers;

namespace Causeway.Arm;

/// <summary>JSON as people write templates, where a string may go over several lines.</summary>
internal static class RelaxedJson
{
    /// <summary>The same with line ends and tabs within strings escaped; as it is when there are none. Comments are stepped over.</summary>
    public static ReadOnlyMemory<byte> WithoutLineEnds(ReadOnlyMemory<byte> json)
    {
        ReadOnlySpan<byte> from = json.Span;
        ArrayBufferWriter<byte>? to = null;
        int copied = 0;
        for (int i = 0; i < from.Length; i++)
            if (from[i] == '/' && i + 1 < from.Length)
                i = AfterComment(from, i);
            else if (from[i] == '"')
                for (i++; i < from.Length && from[i] != '"'; i++)
                    if (from[i] == '\\')
                        i++;
                    else if (Escaped(from[i]) is { Length: > 0 } escaped)
                    {
                        to ??= new ArrayBufferWriter<byte>(from.Length + 64);
                        to.Write(from[copied..i]);
                        to.Write(escaped);
                        copied = i + 1;
                    }
        if (to is null)
            return json;
        to.Write(from[copied..]);
        return to.WrittenMemory;
    }

    /// <summary>The last octet of the comment that begins here, or this one when none does.</summary>
    private static int AfterComment(ReadOnlySpan<byte> from, int at)
    {
        ReadOnlySpan<byte> end =
            from[at + 1] == '/' ? "\n"u8
            : from[at + 1] == '*' ? "*/"u8
            : default;
        if (end.IsEmpty)
            return at;
        int found = from[(at + 2)..].IndexOf(end);
        return found < 0 ? from.Length : at + 2 + found + end.Length - 1;
    }

    private static ReadOnlySpan<byte> Escaped(byte octet) =>
        octet switch
        {
            (byte)'\n' => "\\n"u8,
            (byte)'\r' => "\\r"u8,
            (byte)'\t' => "\\t"u8,
            _ => default,
        };
}
