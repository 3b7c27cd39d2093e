using System.Text.RegularExpressions;
using Causeway.Client;

namespace Causeway.Cli;

/// <summary>An error as people need it: the code, what was wrong, every problem, who acts next and with which command.</summary>
internal static partial class ErrorText
{
    /// <param name="Who">Who can do something about it.</param>
    /// <param name="Try">A command line; <c>{subject}</c> is what the call was about.</param>
    private sealed record Advice(string Who, string? Try);

    private static readonly Dictionary<string, Advice> ByCode = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ConflictError"] = new(
            "the connectivity provider, who takes its side down first",
            "causeway provider deprovision start SERVICE-KEY"
        ),
        ["ServiceProviderNotProvisioned"] = new(
            "the connectivity provider, who provisions the circuit by its service key",
            "causeway provider provision start SERVICE-KEY"
        ),
        ["ExpressRoutePrivatePeeringConfigIncomplete"] = new(
            "you, the circuit's owner",
            "causeway circuit peering create CIRCUIT --peer-asn ASN --vlan VLAN --primary A.B.C.D/30 --secondary A.B.C.D/30"
        ),
        ["InUseExpressRouteCircuitCannotBeDeleted"] = new("you: end what uses it", "causeway network connection list"),
        ["InUseExpressRoutePeeringCannotBeDeleted"] = new("you: end what uses it", "causeway network connection list"),
        ["InUseSubnetCannotBeDeleted"] = new("you: delete the gateway first", "causeway network gateway list"),
        ["InUseVirtualNetworkGatewayCannotBeDeleted"] = new("you: delete its connections first", "causeway network connection list"),
        ["ExpressRouteCircuitServiceProviderDoesNotExist"] = new("you: choose from the list", "causeway provider list"),
        ["AuthorizationKeyRequired"] = new("the circuit's owner, who makes a key for you", "causeway circuit auth create CIRCUIT NAME"),
        ["InvalidAuthorizationKey"] = new("the circuit's owner, who makes a key for you", "causeway circuit auth create CIRCUIT NAME"),
        ["AuthorizationKeyInUse"] = new("the circuit's owner, who makes another key", "causeway circuit auth create CIRCUIT NAME"),
        ["ResourceGroupNotFound"] = new(
            "you: create the group, or name another with --group",
            "causeway group create NAME --location westeurope"
        ),
        ["ResourceNotFound"] = new("you: look at what there is", "causeway {group} list"),
        ["AuthorizationFailed"] = new("the owner of that scope, who gives a role; or you, as somebody else", "causeway {path} … --as ROLE"),
        ["LinkedAuthorizationFailed"] = new("the owner of what you refer to, who gives a role on it", null),
        ["InvalidAuthenticationToken"] = new("you: log in with an access.json of this server", "causeway login --access FILE"),
        ["PreconditionFailed"] = new("you: somebody changed it meanwhile; look, and do it again", "causeway {path}"),
        ["PeerAddressInUse"] = new("you: choose other peer subnets", null),
        ["VlanIdInUse"] = new("you: choose another VLAN", null),
    };

    public static void Write(CliCall call, ArmException e)
    {
        call.Error.WriteLine($"error: {e.Code} ({(e.Status == 200 ? "the operation failed" : $"HTTP {e.Status}")})");
        if (e.Details.Count == 0)
            call.Error.WriteLine($"  {e.Message}");
        foreach (ArmErrorDetail detail in e.Details)
            call.Error.WriteLine($"  - {(detail.Target is { Length: > 0 } target ? target + ": " : "")}{detail.Message}");
        if (e.Details.Count == 0 && e.Target is { Length: > 0 } at && !e.Message.Contains(at, StringComparison.Ordinal))
            call.Error.WriteLine($"  at {at}");
        if (!ByCode.TryGetValue(e.Code, out Advice? advice))
            return;
        call.Error.WriteLine($"who acts next: {advice.Who}");
        if (advice.Try is { } line)
            call.Error.WriteLine($"try: {Fill(line, call, e.Message)}");
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
