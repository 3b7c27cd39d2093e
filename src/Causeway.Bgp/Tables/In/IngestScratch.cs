using System.Runtime.CompilerServices;
using Causeway.Bgp.Tables.Memory;

namespace Causeway.Bgp.Tables.In;

/// <summary>
/// Room to work in while an UPDATE is taken in: one of each per thread, since ten thousand tables that rest would else keep a megabyte each. Nothing stays in
/// it from one call of the tables to the next.
/// </summary>
internal static class IngestScratch
{
    [ThreadStatic]
    private static byte[]? t_block,
        t_canonical,
        t_changed;

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
}
