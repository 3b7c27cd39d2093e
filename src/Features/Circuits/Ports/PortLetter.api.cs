using System.Globalization;
using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using PdfSharp.Drawing;
using PdfSharp.Drawing.Layout;
using PdfSharp.Fonts;
using PdfSharp.Pdf;
using PdfSharp.Snippets.Font;

namespace Causeway.Api.Circuits;

/// <summary>The letter by which a customer's carrier may run cables to a port: a PDF of one page. It says what the topology and the port say, and nothing else.</summary>
internal static class PortLetter
{
    private const double Margin = 64;
    private const double LineHeight = 17;
    private static readonly Lock s_fonts = new();

    public static byte[] Pdf(DirectPort port, string customer, NetworkTopology topology, DateTimeOffset now)
    {
        // The library has one font resolver a process; there is no system font to rely on.
        lock (s_fonts)
            GlobalFontSettings.FontResolver ??= new FailsafeFontResolver();
        using var document = new PdfDocument();
        document.Info.Title = $"Letter of authorization, {port.Id.Name}";
        document.Info.Author = $"AS{topology.Asn}";
        document.Info.CreationDate = now.UtcDateTime;
        PdfPage page = document.AddPage();
        using (XGraphics canvas = XGraphics.FromPdfPage(page))
        {
            XFont title = new("Arial", 18, XFontStyleEx.Bold),
                bold = new("Arial", 10.5, XFontStyleEx.Bold),
                plain = new("Arial", 10.5);
            double y = Margin;
            canvas.DrawString("Letter of authorization", title, XBrushes.Black, Margin, y + 14);
            y += 44;
            new XTextFormatter(canvas).DrawString(
                $"The network AS{topology.Asn} authorizes {customer}, and whom it charges with the work, to run and connect two cables to its routers as described below. Nothing else is authorized by this letter.",
                plain,
                XBrushes.Black,
                new XRect(Margin, y, page.Width.Point - 2 * Margin, 60)
            );
            y += 60;
            foreach ((string name, string value) in Facts(port, topology, now))
            {
                canvas.DrawString(name, bold, XBrushes.Black, Margin, y);
                canvas.DrawString(value, plain, XBrushes.Black, Margin + 150, y);
                y += LineHeight;
            }
        }
        using var bytes = new MemoryStream();
        document.Save(bytes);
        return bytes.ToArray();
    }

    private static IEnumerable<(string Name, string Value)> Facts(DirectPort port, NetworkTopology topology, DateTimeOffset now)
    {
        yield return ("Date", now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        yield return ("Reference", port.ResourceGuid.ToString("D"));
        yield return ("Location", port.PeeringLocation);
        yield return ("Bandwidth", $"{port.BandwidthGbps} Gbps, LC, single-mode");
        foreach (Side side in Sides.Both)
        {
            string router = port.Edge.RouterOf(side);
            RouterDefinition? known = topology.FindRouter(router);
            yield return ($"Link {(int)side + 1}", $"{router}, {known?.PortName ?? "as told"}");
            string?[] place = [known?.Place.Colo, known?.Place.Rack, known?.Place.PatchPanel];
            if (place.Any(p => p is not null))
                yield return ("", string.Join(", ", place.Where(p => p is not null)));
        }
    }
}
