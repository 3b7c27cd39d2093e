using System.Net;
using System.Text.Json;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.InternetPeering;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.InternetPeering;

/// <summary>
/// <c>GET /subscriptions/{s}/providers/Causeway.Operations/peeringPolicy</c>: the policy by which this network peers; with <c>peerAsn</c>, <c>peeringDBFacilityId</c> and
/// <c>address</c> also what of it is so of that peer, before anything is asked for.
/// </summary>
internal sealed class PolicyEndpoints(PeeringDesk desk) : IEndpoints
{
    public static ArmType Type { get; } = Namespaces.Operations.Type("peeringPolicy") with { Locations = [], SupportsTags = false };

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapArm(
            $"/subscriptions/{{subscription}}/providers/{Type.FullName}",
            new ArmEndpoint(Type, "GET", "Microsoft.Causeway/peeringPolicy/read", ArmTarget.Scope)
            {
                NeedsGroup = false,
                Contract = new ArmContract("Get", "Gets the policy by which this network peers, and what of it is so of a peer.")
                {
                    Answer = () => PolicyContract.Default.PeeringPolicyBody,
                    IsOurs = true,
                    Parameters =
                    [
                        new("peerAsn", "Say also what is so of the network with this ASN."),
                        new("peeringDBFacilityId", "At this exchange, by its ix number in PeeringDB."),
                        new("address", "With this address there."),
                    ],
                },
            },
            request => ValueTask.FromResult(Get(request))
        );

    private ArmResult Get(ArmRequest request)
    {
        PublishedPolicy policy = desk.Topology.PeeringPolicy;
        Dictionary<ApprovalCondition, PolicyPoint> found = [];
        if (request.Query("peerAsn") is { Length: > 0 } text)
        {
            if (!Asn.TryParse(text, out Asn asn))
                return Refusal.Invalid("InvalidQueryParameterValue", $"'{text}' is not an AS number: write 64500.", "peerAsn");
            Exchange? exchange = null;
            if (request.Query("peeringDBFacilityId") is { Length: > 0 } facility)
            {
                exchange = desk.Topology.Exchanges.FirstOrDefault(x => $"{x.PeeringDbIxId}" == facility);
                if (exchange is null)
                    return Refusal.Invalid(
                        "PeeringFacilityNotFound",
                        $"{facility} is no exchange where we are: GET …/peeringLocations?kind=Exchange lists them.",
                        "peeringDBFacilityId"
                    );
            }
            string[] addresses =
            [
                .. (request.Query("address") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            ];
            if (addresses.FirstOrDefault(a => !IPAddress.TryParse(a, out _)) is { } wrong)
                return Refusal.Invalid(
                    "InvalidQueryParameterValue",
                    $"'{wrong}' is not an address: write your router's own in the LAN.",
                    "address"
                );
            found = desk.Check(asn, exchange, addresses).ToDictionary(p => p.Condition);
        }
        return ArmResult.Of(
            new PeeringPolicyBody
            {
                Text = policy.Text,
                Conditions =
                [
                    .. policy.Asks.Select(c => new PolicyConditionBody(
                        JsonNamingPolicy.CamelCase.ConvertName(c.ToString()),
                        policy.Blocks.Contains(c),
                        PeeringDesk.Said(c),
                        found.GetValueOrDefault(c) is not { } point
                            ? null
                            : point.IsMet switch
                            {
                                true => "Met",
                                false => "Unmet",
                                null => "Unknown",
                            },
                        found.GetValueOrDefault(c)?.Missing ?? []
                    )),
                ],
            },
            PolicyContract.Default.PeeringPolicyBody
        );
    }
}
