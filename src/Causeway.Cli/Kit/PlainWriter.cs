using System.Text;
using Causeway.Primitives;

namespace Causeway.Cli.Kit;

/// <summary>
/// The way out of the command line. What a server, a registry or a router says goes through here and arrives as text: control characters and those that
/// change the order of what is shown become visible escapes, which in JSON mean the same as before. Line ends and tabs are the verbs' own; what comes from
/// elsewhere is cleaned of them where it becomes a cell or a sentence. A line is written in one piece, so that lines of several threads never run into each
/// other: the writer below is locked for one write, not for two.
/// </summary>
public sealed class PlainWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        if (value is not null)
            inner.Write(Plain(value));
    }

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(new string(buffer));

    public override void WriteLine() => inner.Write('\n');

    public override void WriteLine(string? value) => inner.Write(Plain(value ?? "") + "\n");

    public override void Flush() => inner.Flush();

    public override Task FlushAsync() => inner.FlushAsync();

    private static string Plain(string text) =>
        PlainText.IsPlain(text)
            ? text
            : string.Join('\n', text.Split('\n').Select(l => string.Join('\t', l.Split('\t').Select(PlainText.Escape))));
}
