namespace Causeway.Registries.Irr.Rpsl;

/// <summary>The RPSL object classes that are kept (RFC 2622, RFC 4012). Everything else in a dump is skipped and counted.</summary>
public enum RpslClass : byte
{
    Other = 0,
    Route = 1,
    Route6 = 2,
    AsSet = 3,
    RouteSet = 4,
    AutNum = 5,
    Mntner = 6,

    /// <summary>Kept only when it carries a certificate (<see cref="RpslNetwork"/>): the others are millions, and prove nothing here.</summary>
    InetNum = 7,

    /// <inheritdoc cref="InetNum"/>
    Inet6Num = 8,
}

/// <summary>The attributes that are read; the rest stays text.</summary>
internal enum RpslKey : byte
{
    None = 0,

    /// <summary>The first attribute of the object, which names its class and holds its key.</summary>
    Class,
    Origin,
    Source,
    MntBy,
    Members,
    MpMembers,
    MemberOf,
    MbrsByRef,
    Auth,
}

/// <summary>Where one attribute's value lies in the text of its object: continuation lines included, comments and white space not yet taken away.</summary>
internal readonly record struct RpslAttribute(RpslKey Key, int Start, int Length);

internal static class RpslNames
{
    public static string Of(RpslClass value) =>
        value switch
        {
            RpslClass.Route => "route",
            RpslClass.Route6 => "route6",
            RpslClass.AsSet => "as-set",
            RpslClass.RouteSet => "route-set",
            RpslClass.AutNum => "aut-num",
            RpslClass.Mntner => "mntner",
            RpslClass.InetNum => "inetnum",
            RpslClass.Inet6Num => "inet6num",
            _ => "other",
        };

    /// <summary>The class of an attribute name in any case; <see cref="RpslClass.Other"/> when it is none of ours.</summary>
    public static RpslClass ClassOf(ReadOnlySpan<byte> name)
    {
        if (name.Length is < 5 or > 9)
            return RpslClass.Other;
        return (name[0] | 0x20) switch
        {
            (byte)'r' when Is(name, "route"u8) => RpslClass.Route,
            (byte)'r' when Is(name, "route6"u8) => RpslClass.Route6,
            (byte)'r' when Is(name, "route-set"u8) => RpslClass.RouteSet,
            (byte)'a' when Is(name, "as-set"u8) => RpslClass.AsSet,
            (byte)'a' when Is(name, "aut-num"u8) => RpslClass.AutNum,
            (byte)'m' when Is(name, "mntner"u8) => RpslClass.Mntner,
            (byte)'i' when Is(name, "inetnum"u8) => RpslClass.InetNum,
            (byte)'i' when Is(name, "inet6num"u8) => RpslClass.Inet6Num,
            _ => RpslClass.Other,
        };
    }

    /// <summary>Which attribute a line carries, seen from the first byte of the line; the name must be followed by a colon (white space before it allowed).</summary>
    public static RpslKey KeyOf(ReadOnlySpan<byte> line, out int valueStart)
    {
        valueStart = 0;
        if (line.Length < 5)
            return RpslKey.None;
        switch (line[0] | 0x20)
        {
            case 'o':
                return Match(line, "origin"u8, out valueStart) ? RpslKey.Origin : RpslKey.None;
            case 's':
                return Match(line, "source"u8, out valueStart) ? RpslKey.Source : RpslKey.None;
            case 'a':
                return Match(line, "auth"u8, out valueStart) ? RpslKey.Auth : RpslKey.None;
            case 'm':
                if (Match(line, "mnt-by"u8, out valueStart))
                    return RpslKey.MntBy;
                if (Match(line, "members"u8, out valueStart))
                    return RpslKey.Members;
                if (Match(line, "member-of"u8, out valueStart))
                    return RpslKey.MemberOf;
                if (Match(line, "mp-members"u8, out valueStart))
                    return RpslKey.MpMembers;
                return Match(line, "mbrs-by-ref"u8, out valueStart) ? RpslKey.MbrsByRef : RpslKey.None;
            default:
                return RpslKey.None;
        }
    }

    private static bool Match(ReadOnlySpan<byte> line, ReadOnlySpan<byte> lowerName, out int valueStart)
    {
        valueStart = 0;
        if (line.Length <= lowerName.Length || !Is(line[..lowerName.Length], lowerName))
            return false;
        int i = lowerName.Length;
        while (i < line.Length && line[i] is (byte)' ' or (byte)'\t')
            i++;
        if (i >= line.Length || line[i] != ':')
            return false;
        valueStart = i + 1;
        return true;
    }

    /// <summary>Equality of ASCII names where the second is in lower case.</summary>
    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> lower)
    {
        if (name.Length != lower.Length)
            return false;
        for (int i = 0; i < lower.Length; i++)
            if (name[i] != lower[i] && (name[i] | 0x20) != lower[i])
                return false;
        return true;
    }
}
