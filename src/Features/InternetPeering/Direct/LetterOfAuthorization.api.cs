using System.Globalization;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Topology;
using PdfSharp.Drawing;
using PdfSharp.Drawing.Layout;
using PdfSharp.Fonts;
using PdfSharp.Pdf;
using PdfSharp.Snippets.Font;

namespace Causeway.Api.InternetPeering;

/// <summary>
/// The letter by which a peer's carrier or the building's owner may run a cable to one of our routers: a PDF, a page for each cable that is approved. It says what the
/// topology and the peering say, and nothing else.
/// </summary>
internal static class LetterOfAuthorization
{
    private const double Margin = 64;
    private const double LineHeight = 17;
    private static readonly Lock s_fonts = new();

    /// <summary>Whether a cable may be run: from approval on.</summary>
    public static bool Covers(Connection connection) =>
        connection.Link is not null
        && (
            connection.State is ConnectionState.Approved or ConnectionState.ProvisioningFailed { WasApproved: true }
            || connection.State.HasSession
        );

    /// <param name="peer">The peer as people know it.</param>
    public static byte[] Pdf(Peering peering, string peer, NetworkTopology topology, DateTimeOffset now)
    {
        // The library has one font resolver a process; there is no system font to rely on.
        lock (s_fonts)
            GlobalFontSettings.FontResolver ??= new FailsafeFontResolver();
        using var document = new PdfDocument();
        document.Info.Title = $"Letter of authorization, {peering.Id.Name}";
        document.Info.Author = $"AS{topology.Asn}";
        document.Info.CreationDate = now.UtcDateTime;
        foreach (Connection connection in peering.Connections.Where(Covers))
            Page(document, peering, connection, peer, topology, now);
        using var bytes = new MemoryStream();
        document.Save(bytes);
        return bytes.ToArray();
    }

    private static void Page(
        PdfDocument document,
        Peering peering,
        Connection connection,
        string peer,
        NetworkTopology topology,
        DateTimeOffset now
    )
    {
        PdfPage page = document.AddPage();
        using XGraphics canvas = XGraphics.FromPdfPage(page);
        XFont title = new("Arial", 18, XFontStyleEx.Bold),
            bold = new("Arial", 10.5, XFontStyleEx.Bold),
            plain = new("Arial", 10.5);
        double width = page.Width.Point - 2 * Margin,
            y = Margin;
        canvas.DrawString("Letter of authorization", title, XBrushes.Black, Margin, y + 14);
        y += 44;
        DirectLink link = connection.Link!;
        Paragraph(
            $"The network AS{topology.Asn} authorizes {peer}, and whom it charges with the work, to run and connect one cable to its router as described below. Nothing else is authorized by this letter."
        );
        foreach ((string name, string value) in Facts(peering, connection, link, topology, now))
        {
            canvas.DrawString(name, bold, XBrushes.Black, Margin, y);
            canvas.DrawString(value, plain, XBrushes.Black, Margin + 150, y);
            y += LineHeight;
        }
        y += LineHeight;
        Paragraph(
            "Traffic is let through when the connection is Active, which is after the sessions over the cable have passed every check. Until then, and for a link test, the cable may carry addresses of 169.254.0.0/16."
        );

        void Paragraph(string text)
        {
            new XTextFormatter(canvas).DrawString(text, plain, XBrushes.Black, new XRect(Margin, y, width, 60));
            y += 60;
        }
    }

    private static IEnumerable<(string Name, string Value)> Facts(
        Peering peering,
        Connection connection,
        DirectLink link,
        NetworkTopology topology,
        DateTimeOffset now
    )
    {
        Facility? facility = topology.FindFacility(link.Facility);
        yield return ("Date", now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        yield return ("Reference", link.TrackingId);
        yield return ("Building", $"{link.Facility}, PeeringDB facility {connection.FacilityId}");
        if (facility is { Address.Length: > 0 })
            yield return ("Address", facility.Address);
        if (facility?.Demarcation is { } demarcation)
            yield return ("The cable ends at", demarcation);
        yield return ("Router and port", $"{link.Router}, {topology.FindRouter(link.Router)?.PortName ?? "as told"}");
        yield return ("Bandwidth", $"{link.Bandwidth}, single-mode");
        yield return ("Peer", $"AS{peering.PeerAsn}, connection {connection.Identifier}");
        foreach ((_, PeerFamily family) in connection.Families)
            yield return (
                "Addresses",
                $"{family.Address} yours, {connection.PlaceIn(topology)?.Routers[0].Address(IpFamilyOf(family)) ?? family.Peer} ours"
            );
        if (connection.State is ConnectionState.Approved approved)
            yield return ("Valid until", approved.Until.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }

    private static Primitives.IpFamily IpFamilyOf(PeerFamily family) => Primitives.IpPrefix.Host(family.Peer).Family;
}
