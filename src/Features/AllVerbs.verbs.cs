using Causeway.Cli.Kit;

namespace Causeway.Cli;

/// <summary>What the command line has: one line a feature. The order is that of its help.</summary>
internal static class AllVerbs
{
    public static IEnumerable<Twig> List =>
        [
            .. Of("Circuits", Circuits.CircuitVerbs.Twigs),
            .. Of("Circuits", Circuits.ExplainVerbs.Twigs),
            .. Of("Circuits", Circuits.PeeringVerbs.Twigs),
            .. Of("Circuits", Circuits.PrefixVerbs.Twigs),
            .. Of("Circuits", Circuits.AuthorizationVerbs.Twigs),
            .. Of("Circuits", Circuits.ReachVerbs.Twigs),
            .. Of("Circuits", Circuits.DirectPortVerbs.Twigs),
            .. Of("Circuits", Circuits.DiagnosticsVerbs.Twigs),
            .. Of("Circuits", Circuits.LinkTestVerbs.Twigs),
            .. Of("Circuits", Circuits.ServiceProviderVerbs.Twigs),
            .. Of("RouteFilters", RouteFilters.RouteFilterVerbs.Twigs),
            .. Of("InternetPeering", InternetPeering.InternetPeeringVerbs.Twigs),
            .. Of("InternetPeering", InternetPeering.PeeringApiVerbs.Twigs),
            .. Of("InternetPeering", InternetPeering.PeeringOfferVerbs.Twigs),
            .. Of("Support", Support.TicketVerbs.Twigs),
            .. Of("CrossConnections", CrossConnections.CrossConnectionVerbs.Twigs),
            .. Of("Networks", Networks.VirtualNetworkVerbs.Twigs),
            .. Of("Networks", Networks.VirtualNetworkGatewayVerbs.Twigs),
            .. Of("Networks", Networks.ConnectionVerbs.Twigs),
            .. Of("Resources", Resources.GroupVerbs.Twigs),
            .. Of("Resources", Resources.DeploymentVerbs.Twigs),
            .. Of("Resources", Resources.AnyResourceVerbs.Twigs),
            .. Of("Usage", Usage.UsageVerbs.Twigs),
            .. Of("Resources", Resources.SubscriptionVerbs.Twigs),
            .. Of("Identity", Identity.PrincipalVerbs.Twigs),
            .. Of("Identity", Identity.RoleVerbs.Twigs),
            .. Of("Operations", Operations.OperatorVerbs.Twigs),
            .. Of("Circuits", Circuits.OperatorCircuitVerbs.Twigs),
            .. Of("Circuits", Circuits.CapacityVerbs.Twigs),
            .. Of("Usage", Usage.BillVerbs.Twigs),
            .. Of("Operations", Operations.MaintenanceVerbs.Twigs),
            .. Of("Operations", Operations.TopologyVerbs.Twigs),
            .. PortalVerbs.Twigs,
            .. ContextVerbs.Twigs,
            .. ClientVerbs.Twigs,
            .. CompletionVerbs.Twigs,
        ];

    /// <param name="family">The folder that has the words.</param>
    private static IEnumerable<Twig> Of(string family, IEnumerable<Twig> twigs) => twigs.Select(t => t with { Family = family });
}
