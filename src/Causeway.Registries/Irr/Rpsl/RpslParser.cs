namespace Causeway.Registries.Irr.Rpsl;

/// <summary>How far <see cref="RpslParser.Next"/> came.</summary>
internal enum RpslStep
{
    /// <summary>An object was read.</summary>
    Object,

    /// <summary>The bytes end within an object, or hold none: more are needed, unless this is the end of the input.</summary>
    NeedMore,
}

/// <summary>
/// Finds the next object in a span of RPSL text (RFC 2622 §2) and notes where its interesting attributes lie. One pass over the bytes, line by line; no
/// allocation. Lines end in LF, CRLF or CR, mixed at will; objects are separated by lines of white space; lines that begin with '%' or '#' outside an
/// object are a server's remarks. Nothing is refused here: what is not an object shows in <see cref="Class"/> or is left for the reader of values.
/// </summary>
internal sealed class RpslParser
{
    private readonly List<RpslAttribute> _attributes = new(64);

    /// <summary>The class of the object last read.</summary>
    public RpslClass Class { get; private set; }

    /// <summary>False when the first line of the object has no attribute name.</summary>
    public bool HasClassAttribute { get; private set; }

    /// <summary>Where the object's text begins in the span given to <see cref="Next"/>.</summary>
    public int Start { get; private set; }

    /// <summary>The length of the text, the line end of its last line not included.</summary>
    public int Length { get; private set; }

    /// <summary>The interesting attributes in the order of the text; positions count from <see cref="Start"/>.</summary>
    public IReadOnlyList<RpslAttribute> Attributes => _attributes;

    public ReadOnlySpan<RpslAttribute> AttributeSpan => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_attributes);

    /// <param name="input">Bytes from a point between objects.</param>
    /// <param name="final">No more bytes will come: the end of the span ends the object.</param>
    /// <param name="consumed">Bytes that need not be shown again: the object and its separator, or on <see cref="RpslStep.NeedMore"/> what precedes the object.</param>
    public RpslStep Next(ReadOnlySpan<byte> input, bool final, out int consumed)
    {
        _attributes.Clear();
        Class = RpslClass.Other;
        int at = SkipToObject(input, final);
        consumed = at;
        if (at >= input.Length)
            return RpslStep.NeedMore;
        Start = at;
        int end = at;
        bool first = true;
        bool interesting = false;
        // The attribute that continuation lines belong to, if it is one of ours.
        bool continues = false;
        while (true)
        {
            ReadOnlySpan<byte> rest = input[at..];
            int lineLength = rest.IndexOfAny((byte)'\n', (byte)'\r');
            int next;
            if (lineLength < 0)
            {
                if (!final)
                    return RpslStep.NeedMore;
                lineLength = rest.Length;
                next = input.Length;
            }
            else
            {
                next = at + lineLength + 1;
                if (rest[lineLength] == '\r')
                {
                    if (next == input.Length && !final)
                        return RpslStep.NeedMore;
                    if (next < input.Length && input[next] == '\n')
                        next++;
                }
            }
            ReadOnlySpan<byte> line = rest[..lineLength];
            if (lineLength == 0 || (line[0] <= ' ' && IsBlank(line)))
            {
                // A separator; also the empty rest of the input after the last line.
                Length = end - Start;
                consumed = next;
                return RpslStep.Object;
            }
            if (first)
            {
                ReadClass(line);
                interesting = Class != RpslClass.Other;
                continues = interesting;
                first = false;
            }
            else if (interesting)
                continues = ReadLine(line, at, continues);
            end = at + lineLength;
            at = next;
            if (at >= input.Length)
            {
                if (!final)
                    return RpslStep.NeedMore;
                Length = end - Start;
                consumed = input.Length;
                return RpslStep.Object;
            }
        }
    }

    private void ReadClass(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        ReadOnlySpan<byte> name = colon < 0 ? [] : line[..colon].TrimEnd(" \t"u8);
        HasClassAttribute = name.Length > 0 && name.IndexOfAny((byte)' ', (byte)'\t') < 0;
        Class = HasClassAttribute ? RpslNames.ClassOf(name) : RpslClass.Other;
        _attributes.Add(new RpslAttribute(RpslKey.Class, colon + 1, line.Length - colon - 1));
    }

    private bool ReadLine(ReadOnlySpan<byte> line, int at, bool continues)
    {
        if (line[0] is (byte)' ' or (byte)'\t' or (byte)'+')
        {
            if (continues)
            {
                RpslAttribute last = _attributes[^1];
                _attributes[^1] = last with { Length = at + line.Length - Start - last.Start };
            }
            return continues;
        }
        RpslKey key = RpslNames.KeyOf(line, out int valueStart);
        if (key == RpslKey.None)
            return false;
        _attributes.Add(new RpslAttribute(key, at - Start + valueStart, line.Length - valueStart));
        return true;
    }

    /// <summary>The start of the first line that is neither blank nor a remark; the start of an unfinished line when that cannot be told yet.</summary>
    private static int SkipToObject(ReadOnlySpan<byte> input, bool final)
    {
        int at = 0;
        while (at < input.Length)
        {
            byte b = input[at];
            if (b is (byte)'\n' or (byte)'\r')
            {
                at++;
                continue;
            }
            if (b is not ((byte)'%' or (byte)'#' or (byte)' ' or (byte)'\t'))
                return at;
            ReadOnlySpan<byte> rest = input[at..];
            int lineLength = rest.IndexOfAny((byte)'\n', (byte)'\r');
            if (lineLength < 0)
                return final && (b is (byte)'%' or (byte)'#' || IsBlank(rest)) ? input.Length : at;
            if (b is (byte)' ' or (byte)'\t' && !IsBlank(rest[..lineLength]))
                return at;
            at += lineLength + 1;
        }
        return at;
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept((byte)' ', (byte)'\t') < 0;
}
