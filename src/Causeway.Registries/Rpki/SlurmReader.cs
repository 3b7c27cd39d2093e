using System.Text.Json;
using Causeway.Primitives;

namespace Causeway.Registries.Rpki;

/// <summary>Walks a SLURM document and collects everything that is wrong with it.</summary>
internal sealed class SlurmReader(List<Refusal> problems)
{
    public Slurm Read(JsonElement root)
    {
        var filters = new List<SlurmFilter>();
        var assertions = new List<SlurmAssertion>();
        if (!Members(root, "$", ["slurmVersion", "validationOutputFilters", "locallyAddedAssertions"], []))
            return Slurm.None;
        if (
            root.TryGetProperty("slurmVersion", out JsonElement version)
            && !(version.ValueKind == JsonValueKind.Number && version.TryGetInt32(out int n) && n == 1)
        )
            Problem("$.slurmVersion", "must be 1");
        if (root.TryGetProperty("validationOutputFilters", out JsonElement outputFilters))
        {
            const string At = "$.validationOutputFilters";
            if (Members(outputFilters, At, ["prefixFilters", "bgpsecFilters"], []))
                Each(outputFilters, At, "prefixFilters", (e, at) => Filter(e, at, filters));
        }
        if (root.TryGetProperty("locallyAddedAssertions", out JsonElement added))
        {
            const string At = "$.locallyAddedAssertions";
            if (Members(added, At, ["prefixAssertions", "bgpsecAssertions"], []))
                Each(added, At, "prefixAssertions", (e, at) => Assertion(e, at, assertions));
        }
        return new Slurm(filters, assertions);
    }

    private void Filter(JsonElement e, string at, List<SlurmFilter> filters)
    {
        if (!Members(e, at, [], ["prefix", "asn", "comment"]))
            return;
        IpPrefix? prefix = e.TryGetProperty("prefix", out JsonElement p) ? Prefix(p, $"{at}.prefix") : null;
        Asn? asn = e.TryGetProperty("asn", out JsonElement a) ? AsNumber(a, $"{at}.asn") : null;
        if (prefix is null && asn is null)
            Problem(at, "needs 'prefix', 'asn' or both");
        else
            filters.Add(new SlurmFilter(prefix, asn, Comment(e, at)));
    }

    private void Assertion(JsonElement e, string at, List<SlurmAssertion> assertions)
    {
        if (!Members(e, at, ["prefix", "asn"], ["maxPrefixLength", "comment"]))
            return;
        IpPrefix? prefix = e.TryGetProperty("prefix", out JsonElement p) ? Prefix(p, $"{at}.prefix") : null;
        Asn? asn = e.TryGetProperty("asn", out JsonElement a) ? AsNumber(a, $"{at}.asn") : null;
        if (prefix is not { } known || asn is null)
            return;
        int maxLength = known.Length;
        if (e.TryGetProperty("maxPrefixLength", out JsonElement m))
        {
            if (
                m.ValueKind != JsonValueKind.Number
                || !m.TryGetInt32(out maxLength)
                || maxLength < known.Length
                || maxLength > known.MaxLength
            )
            {
                Problem($"{at}.maxPrefixLength", $"must be a number from {known.Length} to {known.MaxLength}");
                return;
            }
        }
        assertions.Add(new SlurmAssertion(new Vrp(known, (byte)maxLength, asn.Value), Comment(e, at)));
    }

    /// <summary>Checks that an element is an object with the required members and no unknown ones. False when it is no object at all.</summary>
    private bool Members(JsonElement e, string at, string[] required, string[] optional)
    {
        if (e.ValueKind != JsonValueKind.Object)
        {
            Problem(at, "must be an object");
            return false;
        }
        foreach (JsonProperty member in e.EnumerateObject())
            if (!required.Contains(member.Name) && !optional.Contains(member.Name))
                Problem(
                    at,
                    $"has a member '{Short(member.Name)}' that RFC 8416 does not know; it knows {string.Join(", ", required.Concat(optional))}"
                );
        foreach (string name in required)
            if (!e.TryGetProperty(name, out _))
                Problem(at, $"lacks '{name}'");
        return true;
    }

    private void Each(JsonElement parent, string at, string name, Action<JsonElement, string> read)
    {
        if (!parent.TryGetProperty(name, out JsonElement list))
            return;
        if (list.ValueKind != JsonValueKind.Array)
        {
            Problem($"{at}.{name}", "must be an array");
            return;
        }
        int i = 0;
        foreach (JsonElement e in list.EnumerateArray())
            read(e, $"{at}.{name}[{i++}]");
    }

    private IpPrefix? Prefix(JsonElement e, string at)
    {
        string? text = e.ValueKind == JsonValueKind.String ? e.GetString() : null;
        if (!IpPrefix.TryParseLoose(text, out IpPrefix prefix, out bool hostBits))
            Problem(at, "must be a prefix such as \"192.0.2.0/24\"");
        else if (hostBits)
            Problem(at, $"has host bits set: use \"{prefix}\"");
        else
            return prefix;
        return null;
    }

    private Asn? AsNumber(JsonElement e, string at)
    {
        if (e.ValueKind == JsonValueKind.Number && e.TryGetUInt32(out uint n))
            return new Asn(n);
        Problem(at, "must be a number from 0 to 4294967295, without 'AS'");
        return null;
    }

    private string? Comment(JsonElement e, string at)
    {
        if (!e.TryGetProperty("comment", out JsonElement c))
            return null;
        if (c.ValueKind == JsonValueKind.String)
            return c.GetString();
        Problem($"{at}.comment", "must be a string");
        return null;
    }

    private void Problem(string at, string what)
    {
        // A file that is wrong everywhere is told so a hundred times, not a million.
        if (problems.Count < 100)
            problems.Add(Slurm.Bad($"{at} {what}.", at));
    }

    private static string Short(string name) => name.Length <= 40 ? name : name[..40] + "...";
}
