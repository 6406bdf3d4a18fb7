using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Causeway.Engine.Formats;

/// <summary>
/// A file as memory, read-only. Links are followed (Hugging Face's cache is made of them); what they lead to must be a regular file, so that a pipe
/// or a device cannot hold the reader up. The file must not be cut short while it is mapped. Thread-safe until disposed.
/// </summary>
internal sealed unsafe partial class MappedFile : IDisposable
{
    // Linux: madvise(2). The pages are clean, so nothing is lost; what it returns does not matter.
    private const int DontNeed = 4;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _data;

    private MappedFile(string name, long length, MemoryMappedFile file)
    {
        (Name, Length, _file) = (name, length, file);
        _view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _data);
    }

    /// <summary>Without its folder, for messages.</summary>
    public string Name { get; }

    public long Length { get; }

    /// <summary>The first byte; <see cref="Length"/> bytes can be read.</summary>
    public byte* Data => _data;

    /// <exception cref="ModelFormatException">It is missing, empty, not a regular file, or may not be read.</exception>
    public static MappedFile Open(string path)
    {
        var name = Path.GetFileName(path);
        try
        {
            var info = RegularFile(path);
            var stream = new FileStream(info.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            var length = stream.Length;
            return new MappedFile(name, length, MemoryMappedFile.CreateFromFile(stream, null, length, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ModelFormatException($"{name} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>A whole small file.</summary>
    /// <exception cref="ModelFormatException">It is missing, empty, longer than the limit, not a regular file, or may not be read.</exception>
    public static byte[] ReadAll(string path, int limit)
    {
        var name = Path.GetFileName(path);
        try
        {
            var info = RegularFile(path);
            if (info.Length > limit) throw new ModelFormatException($"{name} has {info.Length} bytes; {limit} are taken at the most.");
            return File.ReadAllBytes(info.FullName);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ModelFormatException($"{name} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Bytes of the file; the caller has checked the range.</summary>
    public ReadOnlySpan<byte> Span(long at, int length) => new(_data + at, length);

    /// <summary>Gives the memory back that the file takes in this process. Who reads on reads from the disk, or from its cache.</summary>
    public void LetGo()
    {
        if (OperatingSystem.IsLinux()) _ = Advise(_data, (nuint)Length, DontNeed);
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    // Pipes and devices have no length, and nothing is opened before that is known: opening a pipe would wait for a writer.
    private static FileInfo RegularFile(string path)
    {
        var info = new FileInfo(path);
        if (info.ResolveLinkTarget(returnFinalTarget: true) is { } target) info = new FileInfo(target.FullName);
        if (!info.Exists) throw new ModelFormatException($"{Path.GetFileName(path)} is missing, or is not a file.");
        return info.Length > 0 ? info : throw new ModelFormatException($"{Path.GetFileName(path)} is empty, or is not a regular file.");
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
