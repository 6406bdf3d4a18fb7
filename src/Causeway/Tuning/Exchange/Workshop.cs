using Causeway.Models;

namespace Causeway.Tuning.Exchange;

/// <summary>A folder or file that is put together beside its place and appears there whole or not at all.</summary>
internal static class Workshop
{
    /// <param name="target">Must not be there yet; its parent is made when it is missing.</param>
    /// <param name="fill">Writes into the folder that it is given.</param>
    /// <exception cref="ModelStoreException">It is there already, or cannot be written; nothing is left of it then.</exception>
    public static void MakeFolder(string target, Action<string> fill)
    {
        var half = target + ".part";
        Make(target, () =>
        {
            if (Directory.Exists(half)) Directory.Delete(half, recursive: true);
            Directory.CreateDirectory(half);
            fill(half);
            Directory.Move(half, target);
        }, () =>
        {
            if (Directory.Exists(half)) Directory.Delete(half, recursive: true);
        });
    }

    /// <param name="target">Must not be there yet.</param>
    /// <param name="write">Writes the file in one step.</param>
    /// <exception cref="ModelStoreException">It is there already, or cannot be written; nothing is left of it then.</exception>
    public static void MakeFile(string target, Action<string> write) => Make(target, () => write(target), () => { });

    /// <summary>Copies those of the files that are there.</summary>
    public static void Copy(string from, string to, IEnumerable<string> names)
    {
        foreach (var name in names.Where(name => File.Exists(Path.Combine(from, name)))) File.Copy(Path.Combine(from, name), Path.Combine(to, name));
    }

    private static void Make(string target, Action make, Action clean)
    {
        if (File.Exists(target) || Directory.Exists(target)) throw new ModelStoreException($"{target} is there already. Name another place, or remove it first.");
        try
        {
            if (Path.GetDirectoryName(target) is { Length: > 0 } parent) Directory.CreateDirectory(parent);
            make();
        }
        catch (Exception e)
        {
            clean();
            if (e is IOException or UnauthorizedAccessException) throw new ModelStoreException($"{target} could not be written: {e.Message.TrimEnd('.')}. Nothing is left of it; make room or choose another place.");
            throw;
        }
    }
}
