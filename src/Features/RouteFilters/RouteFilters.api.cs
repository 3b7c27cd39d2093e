using System.Collections.Immutable;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Resources;
using Causeway.Contracts.RouteFilters;
using Causeway.Domain.Circuits;
using Causeway.Domain.RouteFilters;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.RouteFilters;

/// <summary><c>Microsoft.Network/routeFilters</c> with their rules, and the services that they let through.</summary>
public sealed class RouteFilters : Feature
{
    protected internal override void Define(FeatureBuilder f)
    {
        f.Tracked<RouteFilter, RouteFilterWorkflow>(RouteFilterTypes.Filter)
            .Wire<RouteFilterWire>()
            .ETagHeader()
            .Cascade<RouteFilterCascade>();
        f.Types(RouteFilterTypes.Rule, RouteFilterTypes.ServiceCommunity)
            .Endpoints<RouteFilterRuleEndpoints>()
            .Endpoints<ServiceCommunityEndpoints>();
        f.Services.AddSingleton<FilterDesk>().AddSingleton(new CascadeOrder(typeof(Circuit), typeof(RouteFilter)));
    }
}

internal sealed class RouteFilterWire(Func<NetworkTopology> topology)
    : Wire<RouteFilter, RouteFilterBody>(() => RouteFiltersContract.Default.RouteFilterBody)
{
    protected override Asked Read(ArmRequest request, BodyReader body, RouteFilter? present) =>
        new PutRouteFilter(
            request.Now,
            present?.Id ?? request.Id,
            body.Location(present?.Location)!,
            body.Tags(),
            body.Object("properties").Objects("rules", most: 100) is { } rules ? [.. rules.Select(r => RuleWire.Read(r))] : null,
            request.Ticket()
        );

    protected override RouteFilterBody Body(Versioned<RouteFilter> resource, Moment moment)
    {
        RouteFilter filter = resource.Resource;
        return new RouteFilterBody
        {
            Name = filter.Id.Name,
            Id = filter.Id.Text,
            Etag = Preconditions.Format(resource.ETag),
            Type = RouteFilter.ResourceType,
            Location = filter.Location,
            Tags = filter.Tags,
            Properties = new()
            {
                ProvisioningState = RuleWire.StateOf(filter, filter.Rules, moment, topology()),
                Rules = [.. filter.Rules.Select(r => RuleWire.Body(resource, r, moment, topology()))],
                Peerings = Peerings(filter, IpFamily.V4),
                Ipv6Peerings = Peerings(filter, IpFamily.V6),
            },
        };
    }

    private static ReferenceBody[]? Peerings(RouteFilter filter, IpFamily family) =>
        filter.Users.SelectMany(u => u.Peerings(family)).Select(p => new ReferenceBody(p.Text)).ToArray() is { Length: > 0 } peerings
            ? peerings
            : null;
}

/// <summary>A rule as it stands in its filter's array, or by itself.</summary>
internal static class RuleWire
{
    /// <param name="name">From the path; null when the body has to say it.</param>
    public static RouteFilterRule Read(BodyReader rule, string? name = null)
    {
        if (name is null && (name = rule.String("name", 80, required: true)) is not null && !RouteFilterTypes.Rule.Name.IsMatch(name))
            rule.Problem("InvalidResourceName", "name", $"'{name}' is not a name: use {RouteFilterTypes.Rule.NameInWords}.");
        BodyReader properties = rule.Object("properties", required: true);
        if (properties.OneOf("access", ["Allow", "Deny"], required: true) == "Deny")
            properties.Problem(
                "RouteFilterRuleAccessNotSupported",
                "access",
                "A rule has to be Allow: what no rule allows is not announced, so that there is nothing to deny."
            );
        properties.OneOf("routeFilterRuleType", ["Community"]);
        IReadOnlyList<string>? texts = properties.Strings("communities", RouteFilterWorkflow.MostCommunities, longest: 40);
        if (texts is not { Count: > 0 } && (texts is not null || !properties.Has("communities")))
            properties.Problem(
                "InvalidRequestFormat",
                "communities",
                $"'{properties.Path}.communities' needs at least one of a service, such as 12076:5010: without any, delete the rule."
            );
        var communities = new List<uint>();
        foreach (string text in texts ?? [])
            if (!AnnouncedService.TryParse(text, out uint community))
                properties.Problem(
                    "InvalidBgpCommunity",
                    "communities",
                    $"'{properties.Path}.communities' holds '{text}', which is no community: write two numbers up to 65535, such as 12076:5010."
                );
            else if (!communities.Contains(community))
                communities.Add(community);
        return new RouteFilterRule(name ?? "", [.. communities]);
    }

    public static RouteFilterRuleBody Body(Versioned<RouteFilter> filter, RouteFilterRule rule, Moment moment, NetworkTopology topology) =>
        new()
        {
            Name = rule.Name,
            Id = filter.Resource.Id.Child(RouteFilterRuleEndpoints.Segment, rule.Name).Text,
            Etag = Preconditions.Format(filter.ETag),
            Properties = new()
            {
                ProvisioningState = StateOf(filter.Resource, [rule], moment, topology),
                Access = "Allow",
                RouteFilterRuleType = "Community",
                Communities = [.. rule.Communities.Select(AnnouncedService.Text)],
            },
            Type = RouteFilterTypes.Rule.FullName,
        };

    public static string StateOf(RouteFilter filter, ImmutableArray<RouteFilterRule> rules, Moment moment, NetworkTopology topology) =>
        moment is Moment.Created or Moment.Answer ? "Updating"
        : rules.Any(r => r.ForbiddenTo(filter.Id.Subscription!, topology).Any()) ? "Failed"
        : "Succeeded";
}

/// <summary><c>Microsoft.Network/routeFilters/routeFilterRules</c>: parts of the filter's document, with its etag.</summary>
internal sealed class RouteFilterRuleEndpoints(Tracked<RouteFilter> filters, Func<NetworkTopology> topology) : IEndpoints
{
    public const string Segment = "routeFilterRules";

    private readonly Nested<RouteFilter, RouteFilterRule> _rules = new(
        filters,
        (_, filter, rule, moment) =>
            new(ArmBody.Of(RuleWire.Body(filter, rule, moment, topology()), RouteFiltersContract.Default.RouteFilterRuleBody))
    )
    {
        Segment = Segment,
        All = filter => filter.Rules,
        NameOf = rule => rule.Name,
        ETagHeader = true,
    };

    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(RouteFilterTypes.Rule)
            .Put(
                r => _rules.PutAsync(r, (body, _) => new PutRouteFilterRule(r.Now, RuleWire.Read(body, r.Id.Name), r.Ticket())),
                () => RouteFiltersContract.Default.RouteFilterRuleBody,
                operation: true
            )
            .Get(_rules.GetAsync, () => RouteFiltersContract.Default.RouteFilterRuleBody)
            .Delete(r => _rules.DeleteAsync(r, rule => new DeleteRouteFilterRule(r.Now, rule.Name, r.Ticket())), operation: true)
            .ListInParent(_rules.ListAsync, () => RouteFiltersContract.Default.RouteFilterRuleBody);
}

/// <summary><c>Microsoft.Network/bgpServiceCommunities</c>: what filters can allow. Ids have empty segments, as on the real service.</summary>
internal sealed class ServiceCommunityEndpoints(Func<NetworkTopology> topology) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(RouteFilterTypes.ServiceCommunity, ArmLevel.Subscription)
            .ListInSubscription(
                request =>
                    request.ListAsync<IGrouping<string, AnnouncedService>, ServiceCommunityBody>(
                        [.. topology().Services.GroupBy(s => s.Name, StringComparer.OrdinalIgnoreCase)],
                        null,
                        _ => request.Id,
                        service => Body(service, request.Subscription),
                        RouteFiltersContract.Default.ServiceCommunityBody
                    ),
                () => RouteFiltersContract.Default.ServiceCommunityBody
            );

    private static ServiceCommunityBody Body(IGrouping<string, AnnouncedService> service, string subscription)
    {
        string name = service.First().Name;
        return new(
            name,
            $"/subscriptions//resourceGroups//providers/{RouteFilterTypes.ServiceCommunity.FullName}/{name}",
            RouteFilterTypes.ServiceCommunity.FullName,
            new(
                name,
                [
                    .. from s in service
                    from family in s.Prefixes.GroupBy(p => p.Family)
                    select new BgpCommunityBody(
                        s.Region,
                        family.Key == IpFamily.V4 ? s.Title : $"{s.Title} IPv6",
                        AnnouncedService.Text(s.Community),
                        [.. family.Select(p => p.ToString())],
                        s.IsFor(subscription),
                        s.Group
                    ),
                ]
            )
        );
    }
}

/// <summary>Filters go after the circuits; one that a circuit of another group uses stays.</summary>
internal sealed class RouteFilterCascade(Engine engine, RouteFilterWorkflow workflow, TimeProvider clock)
    : Cascade<RouteFilter>(engine, workflow, clock)
{
    protected override ValueTask<Refusal?> BlockerAsync(RouteFilter resource, ResourceId group, CancellationToken cancellation)
    {
        RouteFilter left = resource with { Users = resource.Users.RemoveAll(u => group.Contains(u.Circuit)) };
        return new(left.Users.IsEmpty ? null : RouteFilterWorkflow.InUse(left));
    }
}
