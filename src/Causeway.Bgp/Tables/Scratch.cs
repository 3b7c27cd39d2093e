using System.Runtime.CompilerServices;

namespace Causeway.Bgp.Tables;

/// <summary>
/// Room to work in while a table's lock is held: one of each per thread, since ten thousand tables that rest would else keep a megabyte each. Nothing stays in
/// it from one call of the tables to the next.
/// </summary>
internal static class Scratch
{
    [ThreadStatic]
    private static byte[]? t_block,
        t_canonical,
        t_changed,
        t_attributes,
        t_large,
        t_nlri;

    /// <summary>The attributes of an UPDATE without those that carry NLRI.</summary>
    public static byte[] Block
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => t_block ??= new byte[ByteArena.Largest + 64];
    }

    /// <summary>The same in the form that tables keep.</summary>
    public static byte[] Canonical => t_canonical ??= new byte[2 * ByteArena.Largest + 128];

    /// <summary>Attributes as a policy changed them.</summary>
    public static byte[] Changed => t_changed ??= new byte[ByteArena.Largest];

    /// <summary>Attributes on their way out, as far as most messages go; the rest is in <see cref="Large"/>.</summary>
    public static byte[] Attributes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => t_attributes ??= new byte[2 * 4096];
    }

    public static byte[] Large => t_large ??= new byte[2 * ByteArena.Largest + 2048 + 4 * 4096];

    /// <summary>Prefixes on their way out.</summary>
    public static byte[] Nlri
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => t_nlri ??= new byte[ushort.MaxValue];
    }
}
