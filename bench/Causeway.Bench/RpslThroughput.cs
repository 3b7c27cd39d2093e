using Causeway.Registries.Irr.Rpsl;

namespace Causeway.Bench;

/// <summary>Reads a dump as a load does, up to the point where objects would be stored: for measuring the parser by itself.</summary>
public static class RpslThroughput
{
    /// <summary>The bytes and objects of a plain dump, each object's key read and checked.</summary>
    public static (long Bytes, long Objects) Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        using var reader = new RpslReader(file, new RpslProblems());
        long objects = 0;
        while (reader.Read())
        {
            RpslParser parser = reader.Parser;
            if (parser.Class == RpslClass.Other)
                continue;
            ReadOnlySpan<byte> text = reader.Text;
            RpslAttribute first = parser.AttributeSpan[0];
            ReadOnlySpan<byte> key = RpslTokens.First(text.Slice(first.Start, first.Length));
            bool valid = parser.Class is RpslClass.Route or RpslClass.Route6
                ? RpslValue.TryPrefix(key, out _, out bool hostBits) && !hostBits && HasOrigin(parser, text)
                : key.Length > 0;
            if (valid)
                objects++;
        }
        return (reader.BytesRead, objects);
    }

    private static bool HasOrigin(RpslParser parser, ReadOnlySpan<byte> text)
    {
        foreach (RpslAttribute attribute in parser.AttributeSpan)
            if (attribute.Key == RpslKey.Origin)
                return RpslValue.TryAsn(RpslTokens.First(text.Slice(attribute.Start, attribute.Length)), out _);
        return false;
    }
}
