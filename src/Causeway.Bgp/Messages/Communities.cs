using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Causeway.Bgp.Messages;

/// <summary>Communities (RFC 1997) as 32-bit numbers; the names of the well-known ones.</summary>
public static class Community
{
    /// <summary>RFC 8326.</summary>
    public const uint GracefulShutdown = 0xFFFF0000;

    public const uint NoExport = 0xFFFFFF01;
    public const uint NoAdvertise = 0xFFFFFF02;
    public const uint NoExportSubconfed = 0xFFFFFF03;

    public static uint Of(ushort asn, ushort value) => ((uint)asn << 16) | value;

    /// <summary><c>64496:100</c>.</summary>
    public static string Format(uint community) => $"{community >> 16}:{community & 0xFFFF}";

    /// <summary>Reads <c>64496:100</c>; both parts 0–65535.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out uint community)
    {
        community = 0;
        string[] parts = (text ?? "").Split(':');
        if (
            parts.Length != 2
            || !ushort.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out ushort asn)
            || !ushort.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ushort value)
        )
            return false;
        community = Of(asn, value);
        return true;
    }
}

/// <summary>An extended community (RFC 4360): eight octets, passed on as they are.</summary>
public readonly record struct ExtendedCommunity(ulong Value)
{
    public override string ToString() =>
        (byte)(Value >> 56) switch
        {
            0x00 => $"{Kind}:{(Value >> 32) & 0xFFFF}:{(uint)Value}",
            0x02 => $"{Kind}:{(uint)(Value >> 16)}:{Value & 0xFFFF}",
            _ => $"0x{Value:x16}",
        };

    private string Kind =>
        (byte)(Value >> 48) switch
        {
            2 => "rt",
            3 => "ro",
            byte other => $"0x{other:x2}",
        };
}

/// <summary>A large community (RFC 8092).</summary>
public readonly record struct LargeCommunity(uint GlobalAdministrator, uint LocalData1, uint LocalData2)
{
    public override string ToString() => $"{GlobalAdministrator}:{LocalData1}:{LocalData2}";
}
