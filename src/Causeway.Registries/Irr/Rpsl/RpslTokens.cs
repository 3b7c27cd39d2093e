using System.Buffers;

namespace Causeway.Registries.Irr.Rpsl;

/// <summary>
/// The words of an attribute value: separated by commas or white space, comments ('#' to the end of the line) left out, continuation lines joined
/// (RFC 2622 §2). One word for a single value, many for a list.
/// </summary>
internal ref struct RpslTokens(ReadOnlySpan<byte> value)
{
    private static readonly SearchValues<byte> Ends = SearchValues.Create(" \t,#\r\n"u8);

    private ReadOnlySpan<byte> _rest = value;
    private bool _lineStart;

    public bool Next(out ReadOnlySpan<byte> token)
    {
        int i = 0;
        while (i < _rest.Length)
        {
            byte b = _rest[i];
            if (b is (byte)'\n' or (byte)'\r')
                _lineStart = true;
            else if (b == '#')
            {
                int end = _rest[i..].IndexOfAny((byte)'\n', (byte)'\r');
                i = end < 0 ? _rest.Length : i + end;
                continue;
            }
            else if (!(b is (byte)' ' or (byte)'\t' or (byte)',' || (b == '+' && _lineStart)))
                break;
            else
                _lineStart = false;
            i++;
        }
        _rest = _rest[i..];
        _lineStart = false;
        if (_rest.IsEmpty)
        {
            token = default;
            return false;
        }
        int length = _rest.IndexOfAny(Ends);
        if (length < 0)
            length = _rest.Length;
        token = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    /// <summary>The first word, empty when there is none.</summary>
    public static ReadOnlySpan<byte> First(ReadOnlySpan<byte> value)
    {
        var tokens = new RpslTokens(value);
        return tokens.Next(out ReadOnlySpan<byte> token) ? token : [];
    }
}
