using System.Text.Json.Nodes;
using Causeway.Client;

namespace Causeway.Cli.Kit;

/// <summary>A letter that the server wrote, put into a file.</summary>
/// <param name="File">Its full path.</param>
/// <param name="Size">In octets.</param>
internal sealed record LetterFile(string File, int Size)
{
    /// <summary>Writes the PDF to where <c>--out</c> says, and says so.</summary>
    /// <param name="content">In base64.</param>
    /// <param name="answer">As the server gave it.</param>
    public static async Task WriteAsync(CliCall call, string content, JsonNode answer)
    {
        string file = call.Text("--out");
        byte[] pdf = Convert.FromBase64String(content);
        await System.IO.File.WriteAllBytesAsync(file, pdf, call.Cancellation);
        Printer.One(
            call,
            new Document<LetterFile>(new LetterFile(Path.GetFullPath(file), pdf.Length), answer),
            [new("file", w => w.File), new("size", w => w.Size)]
        );
    }
}
