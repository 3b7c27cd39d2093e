using System.Text.RegularExpressions;
using Causeway.Client;
using Causeway.Primitives;

namespace Causeway.Cli.Kit;

/// <summary>
/// An error as people need it: the code, what was wrong, every problem, who acts next and with which command. Code and message are the server's and are
/// not translated; the advice is.
/// </summary>
internal static partial class ErrorText
{
    /// <param name="Who">Key of who can do something about it.</param>
    /// <param name="Try">A command line; <c>CIRCUIT</c> and <c>SERVICE-KEY</c> are what the call was about.</param>
    private sealed record Advice(string Who, string? Try);

    private static readonly Dictionary<string, Advice> ByCode = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ConflictError"] = new("advice deprovision", "causeway provider deprovision start SERVICE-KEY"),
        ["ServiceProviderNotProvisioned"] = new("advice provision", "causeway provider provision start SERVICE-KEY"),
        ["ExpressRoutePrivatePeeringConfigIncomplete"] = new(
            "advice peering",
            "causeway circuit peering create CIRCUIT --peer-asn ASN --vlan VLAN --primary A.B.C.D/30 --secondary A.B.C.D/30"
        ),
        ["InUseExpressRouteCircuitCannotBeDeleted"] = new("advice end use", "causeway network connection list"),
        ["InUseExpressRoutePeeringCannotBeDeleted"] = new("advice end use", "causeway network connection list"),
        ["InUseSubnetCannotBeDeleted"] = new("advice gateway first", "causeway network gateway list"),
        ["InUseVirtualNetworkGatewayCannotBeDeleted"] = new("advice connections first", "causeway network connection list"),
        ["ExpressRouteCircuitServiceProviderDoesNotExist"] = new("advice choose", "causeway provider list"),
        ["AuthorizationKeyRequired"] = new("advice key", "causeway circuit auth create CIRCUIT NAME"),
        ["InvalidAuthorizationKey"] = new("advice key", "causeway circuit auth create CIRCUIT NAME"),
        ["AuthorizationKeyInUse"] = new("advice key", "causeway circuit auth create CIRCUIT NAME"),
        ["ResourceGroupNotFound"] = new("advice group", "causeway group create NAME --location westeurope"),
        ["ResourceNotFound"] = new("advice look", "causeway {group} list"),
        ["AuthorizationFailed"] = new("advice role", "causeway {path} … --as ROLE"),
        ["LinkedAuthorizationFailed"] = new("advice linked role", null),
        ["InvalidAuthenticationToken"] = new("advice login", "causeway login --access FILE"),
        ["PreconditionFailed"] = new("advice again", "causeway {path}"),
        ["PeerAddressInUse"] = new("advice other subnets", null),
        ["VlanIdInUse"] = new("advice other vlan", null),
        ["SubscriptionHasResources"] = new("advice delete groups", "causeway group list --subscription ID"),
        ["ReadOnlyDisabledSubscription"] = new("advice enable subscription", "causeway subscription enable ID"),
        ["CannotChangeOneself"] = new("advice other operator", null),
    };

    public static async Task WriteAsync(CliCall call, ArmException e)
    {
        string status = e.Status == 200 ? call.Words["operation failed"] : $"HTTP {e.Status}";
        call.Error.WriteLine($"{call.Words["error"]}: {PlainText.Escape(e.Code)} ({status})");
        if (e.Details.Count == 0)
            call.Error.WriteLine($"  {PlainText.Escape(e.Message)}");
        foreach (ArmErrorDetail detail in e.Details)
            call.Error.WriteLine(PlainText.Escape($"  - {(detail.Target is { Length: > 0 } target ? target + ": " : "")}{detail.Message}"));
        if (e.Details.Count == 0 && e.Target is { Length: > 0 } at && !e.Message.Contains(at, StringComparison.Ordinal))
            call.Error.WriteLine($"  {call.Words["at", at]}");
        if (await DidYouMean.OfErrorAsync(call, e) is { Length: > 0 } near)
            call.Error.WriteLine($" {near}");
        if (!ByCode.TryGetValue(e.Code, out Advice? advice))
            return;
        call.Error.WriteLine(call.Words["who acts next", call.Words[advice.Who]]);
        if (advice.Try is { } line)
            call.Error.WriteLine(call.Words["try", Fill(line, call, e.Message)]);
    }

    private static string Fill(string line, CliCall call, string message) =>
        line.Replace("SERVICE-KEY", Keys().Match(message) is { Success: true } key ? key.Value : "SERVICE-KEY", StringComparison.Ordinal)
            .Replace("{path}", call.Path, StringComparison.Ordinal)
            .Replace("{group}", call.Path[..Math.Max(0, call.Path.LastIndexOf(' '))], StringComparison.Ordinal)
            .Replace("CIRCUIT", call.Subject ?? "CIRCUIT", StringComparison.Ordinal);

    /// <summary>A service key that the message names.</summary>
    [GeneratedRegex(@"(?<=key '?)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.IgnoreCase)]
    private static partial Regex Keys();
}
