using System.Buffers;

namespace Causeway.Arm;

/// <summary>
/// JSON as people write templates and as clients put them into requests: strings may go over several lines, and names of members may stand without quotes.
/// </summary>
internal static class RelaxedJson
{
    /// <summary>The same as strict JSON, but for comments, which are stepped over here; as it is when it is strict already.</summary>
    public static ReadOnlyMemory<byte> Tightened(ReadOnlyMemory<byte> json)
    {
        ReadOnlySpan<byte> from = json.Span;
        ArrayBufferWriter<byte>? to = null;
        int copied = 0;
        for (int i = 0; i < from.Length; i++)
            if (from[i] == '/' && i + 1 < from.Length)
                i = AfterComment(from, i);
            else if (IsNameStart(from[i]))
            {
                int end = i + 1;
                while (end < from.Length && (IsNameStart(from[end]) || from[end] is >= (byte)'0' and <= (byte)'9'))
                    end++;
                if (from[end..].TrimStart(" \t\r\n"u8) is [(byte)':', ..])
                {
                    to ??= new ArrayBufferWriter<byte>(from.Length + 64);
                    to.Write(from[copied..i]);
                    to.Write("\""u8);
                    to.Write(from[i..end]);
                    to.Write("\""u8);
                    copied = end;
                }
                i = end - 1;
            }
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

    private static bool IsNameStart(byte octet) =>
        octet is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (byte)'_' or (byte)'$';

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
