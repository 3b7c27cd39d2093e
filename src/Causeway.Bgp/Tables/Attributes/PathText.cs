using System.Buffers.Binary;
using System.Text;

namespace Causeway.Bgp.Tables.Attributes;

/// <summary>AS_PATH as text.</summary>
internal static class PathText
{
    /// <param name="path">Value of AS_PATH with 4-octet AS numbers.</param>
    public static string Write(ReadOnlySpan<byte> path)
    {
        var text = new StringBuilder();
        while (path.Length >= 2 && path.Length >= 2 + 4 * path[1])
        {
            int end = 2 + 4 * path[1];
            (string open, char between, string close) = (PathSegment)path[0] switch
            {
                PathSegment.Set => ("{", ',', "}"),
                PathSegment.ConfederationSequence => ("(", ' ', ")"),
                PathSegment.ConfederationSet => ("({", ',', "})"),
                _ => ("", ' ', ""),
            };
            if (text.Length > 0)
                text.Append(' ');
            text.Append(open);
            for (int at = 2; at < end; at += 4)
            {
                if (at > 2)
                    text.Append(between);
                text.Append(BinaryPrimitives.ReadUInt32BigEndian(path[at..]));
            }
            text.Append(close);
            path = path[end..];
        }
        return text.ToString();
    }
}
