using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Language;
using Causeway.Primitives;

namespace Causeway.Cli.Kit;

/// <summary>The name that somebody probably meant.</summary>
internal static class DidYouMean
{
    /// <summary>A sentence with the nearest name; null when none is near.</summary>
    public static string? Of(Words words, string typed, IEnumerable<string> names) =>
        NearestName.Of(typed, names) is { } near ? words["did you mean", near] : null;

    /// <summary>The same for a name that the server does not know, whose neighbours are asked for; null when none is near.</summary>
    public static async Task<string?> OfErrorAsync(CliCall call, ArmException e)
    {
        string asked = call.LastPath ?? "";
        string[] segments = asked.Split('?')[0].Split('/');
        // Neighbours are of the same type, and speak the same version.
        string version = asked.Contains("api-version=", StringComparison.Ordinal) ? asked.Split("api-version=")[^1].Split('&')[0] : "";
        const string NoSuchProvider = "ExpressRouteCircuitServiceProviderDoesNotExist";
        string code = e.Details.Any(d => d.Code == NoSuchProvider) ? NoSuchProvider : e.Code;
        (string list, string of, string typed) = (code, e.Status) switch
        {
            (NoSuchProvider, _) => (
                Ids.OfNetwork(call.SubscriptionPath, "expressRouteServiceProviders"),
                ArmClient.NetworkVersion,
                call.Text("--provider")
            ),
            ("ResourceGroupNotFound", _) when segments.Length > 4 => (
                string.Join('/', segments[..4]),
                ArmClient.ResourcesVersion,
                segments[4]
            ),
            (_, 404) when segments.Length > 4 => (string.Join('/', segments[..^1]), version, segments[^1]),
            _ => ("", "", ""),
        };
        if (list.Length == 0)
            return null;
        try
        {
            var names = new List<string>();
            await foreach (JsonNode item in call.Client.Arm.ListAsync(list, of, call.Cancellation))
                if (item["name"]?.ToString() is { } name)
                    names.Add(name);
            return Of(call.Words, Uri.UnescapeDataString(typed), names);
        }
        catch (ClientException)
        {
            // What is missing may be the parent, or the list is not the caller's to see: then there is nothing to offer.
            return null;
        }
    }
}
