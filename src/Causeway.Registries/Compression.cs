namespace Causeway.Registries;

/// <summary>How a file is compressed, seen from its first bytes: what it holds decides, not its name.</summary>
internal static class Compression
{
    /// <summary>The bytes that <see cref="IsGzip"/> and <see cref="Foreign"/> want to see.</summary>
    public const int HeadLength = 6;

    public static bool IsGzip(ReadOnlySpan<byte> head) => head is [0x1F, 0x8B, ..];

    /// <summary>The name of a compression that is not read here; null when it is none. Its bytes taken for text would be an empty registry.</summary>
    public static string? Foreign(ReadOnlySpan<byte> head) =>
        head switch
        {
            [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', ..] => "bzip2",
            [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0] => "xz",
            [0x28, 0xB5, 0x2F, 0xFD, ..] => "zstd",
            [(byte)'P', (byte)'K', 3, 4, ..] => "zip",
            _ => null,
        };

    /// <summary>What to say of gzip data that the runtime's decompressor refuses: its own words are about archives and entries.</summary>
    public const string Damaged = "the gzip data is damaged (its checksum, or what it is made of)";
}
