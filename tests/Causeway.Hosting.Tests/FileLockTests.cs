namespace Causeway.Hosting.Tests;

public sealed class FileLockTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-lock-");

    [Fact]
    public void One_holds_it_and_the_next_takes_it_afterwards()
    {
        string path = Path.Combine(_folder.FullName, "new", "lock");
        using (FileLock.Take(path, "The folder"))
        {
            Assert.Null(FileLock.TryTake(path, "The folder"));
            IOException refused = Assert.Throws<IOException>(() => FileLock.Take(path, "The folder"));
            Assert.StartsWith("The folder is in use by another process", refused.Message, StringComparison.Ordinal);
        }
        using FileLock? next = FileLock.TryTake(path, "The folder");
        Assert.NotNull(next);
    }

    [Fact]
    public void What_cannot_be_written_is_not_called_in_use()
    {
        string file = Path.Combine(_folder.FullName, "file");
        File.WriteAllText(file, "");
        IOException refused = Assert.Throws<IOException>(() => FileLock.TryTake(Path.Combine(file, "lock"), "The folder"));
        Assert.StartsWith("The folder cannot be written: ", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
