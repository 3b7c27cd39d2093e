namespace Causeway.Registries;

/// <summary>Where another's server is, as people write it.</summary>
public readonly record struct HostPort(string Host, int Port)
{
    private const string RtrScheme = "rtr://";

    /// <summary>Reads <c>HOST:PORT</c>, or <c>[ADDRESS]:PORT</c> for IPv6.</summary>
    public static bool TryParse(string text, out HostPort where)
    {
        where = default;
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text[(colon + 1)..], out ushort port) || port == 0)
            return false;
        string host = text[..colon].Trim('[', ']');
        if (host.Length == 0 || (host.Contains(':', StringComparison.Ordinal) && !text.StartsWith('[')))
            return false;
        where = new HostPort(host, port);
        return true;
    }

    /// <summary>Whether a source of VRPs is named as an RTR cache, <c>rtr://HOST:PORT</c>, and not as a file.</summary>
    public static bool IsRtr(string source) => source.StartsWith(RtrScheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads <c>rtr://HOST:PORT</c>.</summary>
    public static bool TryParseRtr(string text, out HostPort cache)
    {
        cache = default;
        return IsRtr(text) && TryParse(text[RtrScheme.Length..].TrimEnd('/'), out cache);
    }

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
