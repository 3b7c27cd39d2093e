using System.CommandLine;
using Causeway.Client;
using Causeway.Client.Resources;

namespace Causeway.Cli.Kit;

/// <summary>Arguments and options as verbs write them, and the reading of values that several share. Their words are in the catalogue.</summary>
internal static class Opt
{
    public static Argument<string> Argument(string name) => new(name) { HelpName = name.ToUpperInvariant() };

    public static Option<string?> Text(string name, string? helpName = null) => new(name) { HelpName = helpName };

    public static Option<string> Needed(string name, string? helpName = null) => new(name) { HelpName = helpName, Required = true };

    /// <summary>One of some words, in any case.</summary>
    public static Option<string?> OneOf(string name, string? otherwise, params string[] words)
    {
        var option = new Option<string?>(name) { HelpName = string.Join('|', words) };
        if (otherwise is not null)
            option.DefaultValueFactory = _ => otherwise;
        option.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, words);
        return option;
    }

    /// <summary>One of some words as the wire spells it, however it was typed.</summary>
    public static string Spelled(string[] words, string typed) =>
        Array.Find(words, w => w.Equals(typed, StringComparison.OrdinalIgnoreCase)) ?? typed;

    public static Option<string[]> Many(string name, string helpName, bool required = false) =>
        new(name)
        {
            HelpName = helpName,
            Required = required,
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };

    public static Option<long> Number(string name, bool required = false) => new(name) { Required = required };

    public static Option<bool> Flag(string name) => new(name);

    public static Option<string?> Region() => new("--location", "--region", "-l") { HelpName = "REGION" };

    public static Option<string[]> Tags() => Many("--tags", "NAME=VALUE");

    public static Dictionary<string, string>? TagsOf(CliCall call)
    {
        if (!call.Has("--tags"))
            return null;
        var tags = new Dictionary<string, string>();
        foreach (string tag in call.Get<string[]>("--tags") ?? [])
        {
            int equals = tag.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new CliException(call.Words["not a tag", tag]);
            tags[tag[..equals]] = tag[(equals + 1)..];
        }
        return tags;
    }

    /// <summary>The region as typed, else the one of the resource group.</summary>
    public static async Task<string> RegionAsync(CliCall call) =>
        call.Get<string?>("--location")
        ?? (await call.Reading(call.Client.Groups.GetAsync(call.GroupPath, call.Cancellation))).Body.Location;
}
