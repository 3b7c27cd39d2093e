namespace Causeway.Domain.Routers;

/// <summary>The routers of the installation as readers of their state see them: who drives one, and what was last seen of it.</summary>
public interface IRouters
{
    /// <summary>The driver of a router on this node; null when there is none (unknown, or owned by another node).</summary>
    IRouterDriver? Find(string router);

    /// <summary>What was last read from a router, with the time of reading; null when it was never read.</summary>
    RouterObservation? Latest(string router);
}
