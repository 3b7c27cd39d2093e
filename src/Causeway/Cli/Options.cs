using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Causeway.Client;

namespace Causeway.Cli;

/// <summary>Options and readings of values that several verbs share.</summary>
internal static class Options
{
    public static Option<string?> Region() =>
        new("--location", "--region", "-l") { Description = "Region of the record [default: the group's].", HelpName = "REGION" };

    public static Option<string[]> Tags() =>
        new("--tags")
        {
            Description = "Tags as name=value.",
            HelpName = "NAME=VALUE",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };

    public static JsonObject? TagsOf(CliCall call, Option<string[]> option)
    {
        if (!call.Has(option))
            return null;
        var tags = new JsonObject();
        foreach (string tag in call.Get(option) ?? [])
        {
            int equals = tag.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new CliException($"'{tag}' is not a tag: write name=value.");
            tags[tag[..equals]] = tag[(equals + 1)..];
        }
        return tags;
    }

    /// <summary>The region as typed, else the one of the resource group.</summary>
    public static async Task<string> RegionAsync(CliCall call, Option<string?> option) =>
        call.Get(option) ?? Json.Text(await call.GetAsync(call.GroupPath, ArmClient.ResourcesVersion), "location");

    /// <summary>Megabits per second of <c>200</c>, <c>200Mbps</c>, <c>1Gbps</c>.</summary>
    public static int Mbps(string text)
    {
        string number = text.Trim();
        int factor = 1;
        if (number.EndsWith("gbps", StringComparison.OrdinalIgnoreCase))
            (number, factor) = (number[..^4], 1000);
        else if (number.EndsWith("mbps", StringComparison.OrdinalIgnoreCase))
            number = number[..^4];
        return int.TryParse(number.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value is > 0 and <= 1_000_000
            ? value * factor
            : throw new CliException($"'{text}' is not a bandwidth: write 200, 200Mbps or 1Gbps.");
    }
}
