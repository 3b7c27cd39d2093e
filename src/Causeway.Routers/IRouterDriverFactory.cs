using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Routers;

/// <summary>Makes drivers of one kind. A driver kind is a folder with its factory and one line of registration; the topology names it.</summary>
public interface IRouterDriverFactory
{
    /// <summary>The name used in the topology: <c>embedded</c>.</summary>
    string Name { get; }

    /// <param name="asn">The installation's ASN.</param>
    IRouterDriver Create(RouterDefinition router, Asn asn);
}
