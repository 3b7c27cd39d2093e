using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;
using Causeway.Portal.Pages.Acts;

namespace Causeway.Portal.Pages;

/// <summary>A key by which another subscription connects its networks to a circuit. It is shown to who asks for it, and may.</summary>
internal static class AuthorizationPage
{
    /// <summary>In the query of who wants to see the key.</summary>
    private const string WithKey = "key";

    public static Page Of(Asked asked, string id)
    {
        string circuit = id[..id.LastIndexOf("/authorizations/", StringComparison.OrdinalIgnoreCase)];
        string? side = PortalPages.SideOf(asked, Side.Customer);
        bool isShown = asked.Http.Request.Query.ContainsKey(WithKey);
        Lazy<Task<Document<AuthorizationBody>>> authorization = new(() => asked.Client.Authorizations.GetAsync(id, asked.Cancellation));
        return new Page(
            Ids.NameOf(id),
            side,
            [
                new Fragment(
                    "facts",
                    [circuit],
                    async () =>
                    {
                        AuthorizationProperties p = (await authorization.Value).Body.Properties;
                        return Show.Facts(
                            Facts.Of(
                                asked.Words,
                                ("use", Cell.Of(p.AuthorizationUseStatus)),
                                ("usedBy", Cell.Of(Ids.NameOf(p.ConnectionResourceUri))),
                                ("circuit", Cell.Link(circuit)),
                                ("key", isShown ? Cell.Code(p.AuthorizationKey) : Cell.Of(p.AuthorizationKey is null ? null : "…")),
                                ("id", isShown ? Cell.Code(id) : Cell.Of(null))
                            )
                        );
                    }
                ),
                new Fragment(
                    "acts",
                    [circuit],
                    async () =>
                        Show.Acts([
                            .. (await authorization.Value).Body.Properties.AuthorizationKey is not null && !isShown
                                ? [(asked.Words["portal show key"], $"{Cell.PathOf(id)}?{WithKey}")]
                                : Array.Empty<(string, string)>(),
                            .. asked.Viewer.May(id)
                                ? [(asked.Words["portal act delete", Ids.NameOf(id)], AllActs.PathOf("delete", id))]
                                : Array.Empty<(string, string)>(),
                        ])
                ),
            ]
        )
        {
            Above = [.. PortalPages.Above(asked, side, "circuits"), (Ids.NameOf(circuit), Cell.PathOf(circuit))],
        };
    }
}
