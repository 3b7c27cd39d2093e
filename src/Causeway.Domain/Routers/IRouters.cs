namespace Causeway.Domain.Routers;

/// <summary>The routers of the installation as the rest of Causeway sees them: ask one, by name.</summary>
public interface IRouters
{
    /// <summary>The driver of a router that this node drives; null when the topology has no such router or another node drives it.</summary>
    IRouterDriver? Find(string router);

    /// <summary>
    /// What the router last said about its sessions, at once and without asking it again; null when it never said anything. The observation carries its time.
    /// </summary>
    RouterObservation? LastObservation(string router);
}
