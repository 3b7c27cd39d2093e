using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.RouteFilters;

/// <summary>A filter: <c>Free</c>, or <c>InUse</c> by peerings, which keep it from being deleted and follow each change of its rule in the same commit.</summary>
public sealed class RouteFilterWorkflow(Func<NetworkTopology> topology) : TrackedWorkflow<RouteFilter>
{
    /// <summary>A rule that names every service of a large network stays below this.</summary>
    public const int MostCommunities = 500;

    public override string Type => RouteFilter.ResourceType;

    protected override string Called => "route filter";

    protected override JsonTypeInfo<RouteFilter> Json => RouteFiltersJson.Default.RouteFilter;

    public override IReadOnlyList<string> Told => ["tags", "rules[name].communities", "users[circuit].circuit"];

    protected override Decision<RouteFilter> DecideOn(RouteFilter? current, Signal signal) =>
        (current, signal) switch
        {
            (null, PutRouteFilter put) => Written(
                new RouteFilter
                {
                    Id = put.Id,
                    Location = put.Location,
                    Tags = put.Tags,
                    Rules = put.Rules ?? [],
                },
                before: null,
                put,
                put.Ticket
            ),
            ({ } filter, PutRouteFilter put) => Written(
                filter with
                {
                    Tags = put.Tags,
                    Rules = put.Rules ?? filter.Rules,
                },
                filter,
                put,
                put.Ticket
            ),

            ({ } filter, PutRouteFilterRule put) => Written(WithRule(filter, put.Rule), filter, put, put.Ticket),
            ({ } filter, DeleteRouteFilterRule delete) => Written(
                filter with
                {
                    Rules = filter.Rules.RemoveAll(r => r == filter.FindRule(delete.Rule)),
                },
                filter,
                delete,
                delete.Ticket
            ),

            ({ Users.IsEmpty: false }, DeleteResource) => Refuse(InUse(current)),
            ({ }, DeleteResource) => End("deleted"),

            ({ } filter, UseFilter { Uses.IsEmpty: false } use) when !filter.Communities.SequenceEqual(use.Communities) =>
                new Decision<RouteFilter>.Again("its rule changed since the circuit's request looked at it"),
            ({ } filter, UseFilter use) => Used(filter, use),

            (null, UseFilter { Uses.IsEmpty: true }) => Stay("there is no such route filter"),
            (null, UseFilter) => Refuse(References.Gone("The route filter")),
            (null, PutRouteFilterRule or DeleteRouteFilterRule) => Refuse(
                Refusal.NotFound("ResourceNotFound", "There is no such route filter.")
            ),
            _ => throw new UnreachableException($"{current?.StateName} + {signal.Name}"),
        };

    /// <summary>Every circuit that uses it follows what it lets through, in the same commit.</summary>
    protected override IEnumerable<Addressed> ConsequencesOf(RouteFilter? before, RouteFilter? after, DateTimeOffset at) =>
        before is null || after is null || before.Communities.SequenceEqual(after.Communities)
            ? []
            : after.Users.Select(u => new Addressed(
                u.Circuit,
                Circuit.ResourceType,
                new ChangeFilter(at, after.Id, [.. after.Communities])
            ));

    /// <summary>The next state if it keeps all rules; every problem at once if not.</summary>
    private Decision<RouteFilter> Written(RouteFilter next, RouteFilter? before, Signal signal, Ticket ticket)
    {
        NetworkTopology now = topology();
        var problems = new List<Refusal>();
        if (next.Rules.Length > 1)
            problems.Add(
                Refusal.Invalid(
                    "RouteFilterRuleLimitReached",
                    $"A route filter has one rule, and {next.Id.Name} would have {next.Rules.Length} ({string.Join(", ", next.Rules.Select(r => r.Name))}): put all communities into one.",
                    "properties.rules"
                )
            );
        // What stands may name a service that the operator took away since: it is kept, and announces nothing.
        uint[] unknown = [.. next.Communities.Except(before?.Communities ?? []).Where(c => !now.Services.Any(s => s.Community == c))];
        if (unknown.Length > 0)
            problems.Add(
                Refusal.Invalid(
                    "BgpCommunityNotFound",
                    $"{string.Join(", ", unknown.Select(AnnouncedService.Text))} {(unknown.Length == 1 ? "is no community" : "are no communities")} of a service here: GET …/bgpServiceCommunities lists those that there are.",
                    "properties.communities"
                )
            );
        if (problems.Count > 0)
            return Refuse(Refusal.Of(problems));
        uint[] forbidden = [.. next.Rules.SelectMany(r => r.ForbiddenTo(next.Id.Subscription!, now))];
        OperationChange ended =
            forbidden.Length == 0 || signal is DeleteRouteFilterRule
                ? ticket.Done(signal.At)
                : ticket.Failed(signal.At, NotAuthorized(next.Id.Subscription!));
        return before is not null && Same(before, next)
            ? Stay("nothing changes") with
            {
                Operations = [ended],
            }
            : Move(next, Why(before, next)) with
            {
                Operations = [ended],
            };
    }

    /// <summary>As the real service words it.</summary>
    private static Refusal NotAuthorized(string subscription) =>
        new(RefusalKind.Forbidden, "SubscriptionNotAuthorized", $"This subscriptionId:{subscription} is not enabled for given communities");

    private static RouteFilter WithRule(RouteFilter filter, RouteFilterRule rule) =>
        filter.FindRule(rule.Name) is { } standing
            ? filter with
            {
                Rules = filter.Rules.Replace(standing, rule with { Name = standing.Name }),
            }
            : filter with
            {
                Rules = filter.Rules.Add(rule),
            };

    private static Decision<RouteFilter> Used(RouteFilter filter, UseFilter use)
    {
        ImmutableArray<FilterUser> others = filter.Users.RemoveAll(u => u.Circuit == use.Circuit);
        RouteFilter next = filter with
        {
            Users = use.Uses.IsEmpty
                ? others
                : [.. others.Add(new FilterUser(use.Circuit, [.. use.Uses])).OrderBy(u => u.Circuit.Key, StringComparer.Ordinal)],
        };
        return Move(next, use.Uses.IsEmpty ? $"no longer used by circuit {use.Circuit.Name}" : $"used by circuit {use.Circuit.Name}");
    }

    private static bool Same(RouteFilter a, RouteFilter b) =>
        ResourceTags.AreSame(a.Tags, b.Tags)
        && a.Rules.Length == b.Rules.Length
        && a.Rules.Zip(b.Rules).All(r => r.First.Name == r.Second.Name && r.First.Communities.SequenceEqual(r.Second.Communities));

    private static string Why(RouteFilter? before, RouteFilter next)
    {
        string lets = next.Communities.IsEmpty
            ? "lets nothing through"
            : $"lets {string.Join(", ", next.Communities.Select(AnnouncedService.Text))} through";
        return before is null ? $"created, {lets}"
            : before.Communities.SequenceEqual(next.Communities) ? "updated"
            : $"now {lets}";
    }

    /// <summary>Why it cannot be deleted, with all who use it (azure: b.10).</summary>
    public static Refusal InUse(RouteFilter filter)
    {
        Refusal[] each =
        [
            .. from user in filter.Users
            from peering in Enum.GetValues<IpFamily>().SelectMany(user.Peerings).Distinct()
            select Refusal.Invalid(
                "InUseRouteFilterCannotBeDeleted",
                $"RouteFilter {filter.Id.Name} is in use by ExpressRouteBgpPeering {peering}",
                filter.Id.Text
            ),
        ];
        return each[0] with { Details = each };
    }
}
