using System.Runtime.CompilerServices;
using Causeway.Bgp.Tables.Memory;

namespace Causeway.Bgp.Tables.Out;

/// <summary>Room to make a message in: one of each per thread. Nothing stays in it from one message to the next.</summary>
internal static class ExportScratch
{
    [ThreadStatic]
    private static byte[]? t_attributes,
        t_large,
        t_nlri;

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
