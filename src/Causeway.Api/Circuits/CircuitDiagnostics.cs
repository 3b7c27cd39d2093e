using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Json;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Circuits;

/// <summary>
/// What the routers say of a circuit. Tables are asked from the router now, kept as the result of a finished operation, and fetched by the client from
/// the operation's result; a circuit that is on no router has empty tables.
/// </summary>
internal sealed class CircuitDiagnostics(CircuitDesk desk, IRouters routers, TimeProvider time)
{
    /// <summary>No driver has an ARP table to read: the embedded router forwards no packets.</summary>
    public ValueTask<ArmResult> ArpAsync(ArmRequest request, Circuit circuit, Peering peering) =>
        TableAsync(request, circuit, peering, _ => Task.FromResult<IReadOnlyList<ArpEntry>>([]), CircuitsContract.Default.ListBodyArpEntry);

    public ValueTask<ArmResult> RoutesAsync(ArmRequest request, Circuit circuit, Peering peering) =>
        TableAsync(
            request,
            circuit,
            peering,
            async driver =>
            {
                string instance = circuit.InstanceOf(peering.Type);
                IReadOnlyList<RouteObservation> received = await driver.ReceivedRoutesAsync(instance, request.Aborted);
                IReadOnlyList<RouteObservation> announced = await driver.AnnouncedRoutesAsync(instance, request.Aborted);
                return (IReadOnlyList<RouteEntry>)
                    [
                        .. received
                            .Where(r => r.RefuseReason == 0)
                            .Concat(announced)
                            .OrderBy(r => r.Prefix)
                            .Select(r => new RouteEntry(
                                r.Prefix.ToString(),
                                r.NextHop,
                                r.LocalPreference?.ToString(CultureInfo.InvariantCulture) ?? "",
                                r.Weight,
                                r.AsPath
                            )),
                    ];
            },
            CircuitsContract.Default.ListBodyRouteEntry
        );

    /// <param name="cross">Cross connections name the members differently.</param>
    public ValueTask<ArmResult> SummaryAsync(ArmRequest request, Circuit circuit, Peering peering, bool cross) =>
        cross
            ? TableAsync(
                request,
                circuit,
                peering,
                async driver =>
                    [
                        .. (await SessionsOf(driver, circuit, peering)).Select(s => new CrossRouteSummaryEntry(
                            s.Neighbor,
                            s.PeerAsn.Value,
                            UpDown(s),
                            Prefixes(s)
                        )),
                    ],
                CircuitsContract.Default.ListBodyCrossRouteSummaryEntry
            )
            : TableAsync(
                request,
                circuit,
                peering,
                async driver =>
                    [
                        .. (await SessionsOf(driver, circuit, peering)).Select(s => new RouteSummaryEntry(
                            s.Neighbor,
                            4,
                            s.PeerAsn.Value,
                            UpDown(s),
                            Prefixes(s)
                        )),
                    ],
                CircuitsContract.Default.ListBodyRouteSummaryEntry
            );

    /// <summary>Octets of both sides, of the given peerings; members that no router can measure are absent.</summary>
    public async ValueTask<ArmResult> StatsAsync(Circuit circuit, IEnumerable<PeeringType> peerings, CancellationToken cancellation)
    {
        HashSet<string> instances = [.. peerings.Select(circuit.InstanceOf)];
        SessionObservation[] primary = await Of(Side.Primary),
            secondary = await Of(Side.Secondary);
        var stats = new StatsBody
        {
            PrimaryBytesIn = Sum(primary, s => s.BytesIn),
            PrimaryBytesOut = Sum(primary, s => s.BytesOut),
            SecondaryBytesIn = Sum(secondary, s => s.BytesIn),
            SecondaryBytesOut = Sum(secondary, s => s.BytesOut),
        };
        return new ArmResult.Ok(ArmBody.Of(stats, CircuitsContract.Default.StatsBody));

        async Task<SessionObservation[]> Of(Side side) =>
            circuit is { IsOnRouters: true, Edge: { } edge } && routers.Find(edge.RouterOf(side)) is { } driver
                ? [.. (await driver.ObserveAsync(cancellation)).Sessions.Where(s => instances.Contains(s.Instance))]
                : [];
    }

    /// <summary>Every configured session with what its router last said, and how old that is.</summary>
    public ArmResult Sessions(Circuit circuit, Peering peering)
    {
        DateTimeOffset now = time.GetUtcNow();
        string instance = circuit.InstanceOf(peering.Type);
        var sessions = new List<SessionBody>();
        if (circuit is { IsOnRouters: true, Edge: { } edge } && peering.State.IsWanted)
            foreach ((IpFamily family, PeeringFamily configured) in peering.Families)
            foreach (Side side in Sides.Both)
            {
                string router = edge.RouterOf(side);
                string neighbor = configured.CustomerAddress(side).ToString();
                RouterObservation? latest = routers.Latest(router);
                SessionObservation? seen = latest?.Sessions.FirstOrDefault(s => s.Instance == instance && s.Neighbor == neighbor);
                sessions.Add(
                    new SessionBody(
                        side == Side.Primary ? "primary" : "secondary",
                        router,
                        family == IpFamily.V4 ? "IPv4" : "IPv6",
                        neighbor,
                        configured.OurAddress(side).ToString(),
                        peering.PeerAsn.Value,
                        configured.Enabled,
                        seen?.State ?? "Unknown",
                        seen?.Since,
                        seen?.PrefixesReceived,
                        seen?.PrefixesAccepted,
                        seen?.PrefixesAnnounced,
                        seen?.LastProblem,
                        latest?.At,
                        latest is null ? null : Math.Round(Math.Max(0, (now - latest.At).TotalSeconds), 3)
                    )
                );
            }
        return new ArmResult.Ok(ArmBody.Of(new ListBody<SessionBody>(sessions), CircuitsContract.Default.ListBodySessionBody));
    }

    private async ValueTask<ArmResult> TableAsync<T>(
        ArmRequest request,
        Circuit circuit,
        Peering peering,
        Func<IRouterDriver, Task<IReadOnlyList<T>>> ask,
        JsonTypeInfo<ListBody<T>> contract
    )
    {
        if (
            !Enum.TryParse(request.Route("devicePath"), ignoreCase: true, out Side side)
            || !Enum.IsDefined(side)
            || char.IsAsciiDigit(request.Route("devicePath")[0])
        )
            return Refusal.Invalid(
                "InvalidParameter",
                $"'{request.Route("devicePath")}' is not a device path: use primary or secondary.",
                "devicePath"
            );
        IReadOnlyList<T> rows = [];
        Refusal? problem = null;
        if (circuit is { IsOnRouters: true, Edge: { } edge } && peering.State.IsWanted)
        {
            if (routers.Find(edge.RouterOf(side)) is { } driver)
                rows = await ask(driver);
            else
                problem = Refusal.Conflict("RouterNotAvailable", $"Router {edge.RouterOf(side)} cannot be asked now: try again.");
        }
        DateTimeOffset now = request.Now;
        var operation = new Operation(
            request.RequestId,
            request.Id,
            $"POST {request.Endpoint.Action}",
            request.Caller.ObjectId,
            problem is null ? OperationStatus.Succeeded : OperationStatus.Failed,
            now,
            now,
            problem,
            problem is null ? JsonSerializer.SerializeToUtf8Bytes(new ListBody<T>(rows), contract) : default
        );
        await desk.Store.CommitAsync(new Changes { Operations = [new OperationChange.Start(operation)] }, CancellationToken.None);
        return new ArmResult.Accepted(request.Operation(circuit));
    }

    private static async Task<IEnumerable<SessionObservation>> SessionsOf(IRouterDriver driver, Circuit circuit, Peering peering)
    {
        string instance = circuit.InstanceOf(peering.Type);
        return (await driver.ObserveAsync(CancellationToken.None)).Sessions.Where(s => s.Instance == instance);
    }

    private static long? Sum(SessionObservation[] sessions, Func<SessionObservation, long?> octets) =>
        sessions.Length == 0 || sessions.Any(s => octets(s) is null) ? null : sessions.Sum(octets);

    private static string Prefixes(SessionObservation session) =>
        session.IsEstablished ? session.PrefixesReceived.ToString(CultureInfo.InvariantCulture) : session.State;

    /// <summary>As routers write it: <c>1:20:25</c> within a day, <c>1d14h</c> within a week, then <c>8w4d</c>; <c>never</c> when it was never up.</summary>
    private string UpDown(SessionObservation session)
    {
        if (!session.IsEstablished && session.LastProblem is null)
            return "never";
        TimeSpan t = time.GetUtcNow() - session.Since;
        return t.TotalDays < 1 ? $"{t.Hours}:{t.Minutes:00}:{t.Seconds:00}"
            : t.TotalDays < 7 ? $"{t.Days}d{t.Hours}h"
            : $"{t.Days / 7}w{t.Days % 7}d";
    }
}
