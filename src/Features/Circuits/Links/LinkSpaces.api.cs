using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Api.Circuits;

/// <summary>Where the routers of a circuit connect at all, and which subnets are free there: what a customer has to know before choosing one.</summary>
internal sealed class LinkSpaces(CircuitDesk desk)
{
    /// <summary>So many free subnets are named for a side.</summary>
    private const int Named = 4;

    /// <summary>So many are looked at for them: it costs a bounded amount, however full a space is.</summary>
    private const uint LookedAt = 64;

    /// <summary>As long as the subnet of a session is.</summary>
    private const int Session = 30;

    /// <summary>Nothing of a side whose router has the whole address space to itself.</summary>
    public async ValueTask<LinkSpaceBody> OfAsync(Circuit circuit, CancellationToken cancellation) =>
        new(await OfAsync(circuit, Side.Primary, cancellation), await OfAsync(circuit, Side.Secondary, cancellation));

    private async ValueTask<LinkSpaceSideBody?> OfAsync(Circuit circuit, Side side, CancellationToken cancellation)
    {
        if (circuit.Edge?.RouterOf(side) is not { } router || desk.Topology.FindRouter(router)?.LinkSpace is not { } space)
            return null;
        return new LinkSpaceSideBody(
            [.. space.Within.Select(p => p.ToString())],
            [.. space.Except.Select(p => p.ToString())],
            await FreeAsync(circuit, side, router, space, cancellation)
        );
    }

    /// <summary>Each circuit is shown others first, and other ones on each side, so that those who choose at the same time seldom choose the same.</summary>
    private async ValueTask<IReadOnlyList<string>> FreeAsync(
        Circuit circuit,
        Side side,
        string router,
        LinkSpace space,
        CancellationToken cancellation
    )
    {
        var free = new List<string>();
        IpPrefix[] own = [.. circuit.Peerings.SelectMany(p => p.Families).SelectMany(f => Sides.Both.Select(s => f.Configured.On(s)))];
        uint start = BitConverter.ToUInt32(circuit.ServiceKey.ToByteArray()) + (side == Side.Primary ? 0 : LookedAt);
        foreach (IpPrefix within in space.Within.Where(p => p.IsV4 && p.Length <= Session))
        {
            uint count = 1u << (Session - within.Length);
            for (uint i = 0; i < Math.Min(LookedAt, count) && free.Count < Named; i++)
            {
                var subnet = IpPrefix.Of(within.AddressAt((start + i) % count * 4), Session);
                if (!own.Any(o => o.Overlaps(subnet)) && await IsFreeAsync(subnet))
                    free.Add(subnet.ToString());
            }
        }
        return free;

        async ValueTask<bool> IsFreeAsync(IpPrefix subnet)
        {
            foreach (uint end in (uint[])[1, 2])
                if (
                    subnet.AddressAt(end) is var address
                    && (
                        !space.Contains(address)
                        || await desk.Store.ClaimOwnerAsync(CircuitWorkflow.AddressClaim(router, address), cancellation) is not null
                    )
                )
                    return false;
            return true;
        }
    }
}
