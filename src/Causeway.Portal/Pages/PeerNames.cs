using Causeway.Client;
using Causeway.Client.InternetPeering;
using Causeway.Contracts.InternetPeering;

namespace Causeway.Portal.Pages;

/// <summary>What networks are called by people: their AS number and the name that they gave, where their peer ASN's resource has a name of its own.</summary>
internal sealed class PeerNames
{
    private readonly Dictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase);

    private PeerNames(IEnumerable<Document<PeerAsnBody>> asns)
    {
        foreach (Document<PeerAsnBody> asn in asns)
            if (asn.Body.Id is { } id)
                _names[id] = $"AS{asn.Body.Properties.PeerAsn} {asn.Body.Properties.PeerName}".TrimEnd();
    }

    /// <summary>Of all that the viewer sees.</summary>
    public static async Task<PeerNames> OfAsync(Asked asked) =>
        new(
            await Lists.OfAllAsync<Document<PeerAsnBody>>(
                asked,
                s => asked.Client.PeerAsns.ListAsync(PeerAsnsClient.PathOf(Ids.Subscription(s.SubscriptionId), ""), asked.Cancellation)
            )
        );

    /// <summary>Of one.</summary>
    public static async Task<PeerNames> OfAsync(Asked asked, string? id)
    {
        try
        {
            return new(id is null ? [] : [await asked.Client.PeerAsns.GetAsync(id, asked.Cancellation)]);
        }
        catch (ArmException e) when (e.Status is 403 or 404)
        {
            return new([]);
        }
    }

    /// <summary>Leads to its page; called by the resource's name where no other is known.</summary>
    public Cell Cell(string? id) => Pages.Cell.Link(id, id is null ? null : _names.GetValueOrDefault(id));
}
