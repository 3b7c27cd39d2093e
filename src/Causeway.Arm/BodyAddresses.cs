using System.Text.Json;
using Causeway.Primitives;

namespace Causeway.Arm;

/// <summary>Members that hold AS numbers and prefixes.</summary>
public static class BodyAddresses
{
    public static Asn? Asn(this BodyReader body, string name, uint least = 1, bool required = false) =>
        body.Long(name, least, uint.MaxValue, required) is { } number ? new Primitives.Asn((uint)number) : null;

    /// <summary>A prefix without host bits; the error gives the corrected form.</summary>
    /// <param name="family">Only this family, when given.</param>
    /// <param name="length">Only this length, when given.</param>
    /// <param name="code">The error code; the default is the one of Microsoft.Network.</param>
    public static IpPrefix? Prefix(
        this BodyReader body,
        string name,
        IpFamily? family = null,
        int? length = null,
        bool required = false,
        string code = "InvalidAddressPrefixFormat"
    )
    {
        string right = PrefixForm(family, length);
        if (!body.TryMember(name, out JsonElement value))
            return body.Missing<IpPrefix?>(name, required, right);
        if (value.ValueKind != JsonValueKind.String || !BodyReader.TryText(value, out string? text))
            return body.Wrong<IpPrefix?>(name, value, right);
        return PrefixOf(body, body.Join(name), text, family, length, right, code);
    }

    /// <summary>An array of prefixes; null when absent.</summary>
    public static IReadOnlyList<IpPrefix>? Prefixes(
        this BodyReader body,
        string name,
        int most,
        IpFamily? family = null,
        string code = "InvalidAddressPrefixFormat"
    )
    {
        if (body.Texts(name, most, 64, PrefixForm(family, null)) is not { } texts)
            return null;
        var prefixes = new List<IpPrefix>(texts.Count);
        for (int i = 0; i < texts.Count; i++)
            if (PrefixOf(body, $"{body.Join(name)}[{i}]", texts[i], family, null, PrefixForm(family, null), code) is { } prefix)
                prefixes.Add(prefix);
        return prefixes;
    }

    private static IpPrefix? PrefixOf(BodyReader body, string path, string text, IpFamily? family, int? length, string right, string code)
    {
        if (!IpPrefix.TryParseLoose(text, out IpPrefix prefix, out bool hostBits))
            body.Add(code, path, $"'{path}' is '{Text.Excerpt(text)}', which is not a prefix: write {right}.");
        else if ((family is { } f && prefix.Family != f) || (length is { } l && prefix.Length != l))
            body.Add(code, path, $"'{path}' is '{Text.Excerpt(text)}': write {right}.");
        else if (hostBits)
            body.Add(code, path, $"'{path}' is '{Text.Excerpt(text)}', which has host bits set: use {prefix}.");
        else
            return prefix;
        return null;
    }

    private static string PrefixForm(IpFamily? family, int? length) =>
        (family, length) switch
        {
            (IpFamily.V6, null) => "an IPv6 prefix such as 2001:db8::/32",
            (IpFamily.V6, _) => $"an IPv6 prefix of length {length}, such as 2001:db8::/{length}",
            (IpFamily.V4, null) => "an IPv4 prefix such as 192.0.2.0/24",
            (IpFamily.V4, _) => $"an IPv4 prefix of length {length}, such as 192.0.2.0/{length}",
            _ => "an address and a length in CIDR notation, such as 192.0.2.0/24 or 2001:db8::/32",
        };
}
