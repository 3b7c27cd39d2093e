using System.Text;
using Causeway.Primitives;

namespace Causeway.Cli.Kit;

/// <summary>
/// The way out of the command line. What a server, a registry or a router says goes through here and arrives as text: control characters and those that
/// change the order of what is shown become visible escapes, which in JSON mean the same as before. Line ends and tabs are the verbs' own; what comes from
/// elsewhere is cleaned of them where it becomes a cell or a sentence.
/// </summary>
public sealed class PlainWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value)
    {
        if (value is '\n' or '\t' || !PlainText.IsHarmful(value))
            inner.Write(value);
        else
            inner.Write(PlainText.Escape(value.ToString()));
    }

    public override void Write(string? value)
    {
        if (value is null)
            return;
        if (PlainText.IsPlain(value))
            inner.Write(value);
        else
            foreach (char c in value)
                Write(c);
    }

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(new string(buffer));

    public override void WriteLine() => inner.Write('\n');

    public override void WriteLine(string? value)
    {
        Write(value);
        WriteLine();
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync() => inner.FlushAsync();
}
