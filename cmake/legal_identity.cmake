# cmake -DFOLDER=src -DVERSION=1.0.0 -DFILES=a.c:b.h -DOUT=identity.c -P legal_identity.cmake
# The identity of the legally relevant part where it has no image of its own: its checksum is the
# SHA-256 of what `cd src && sha256sum FILES` prints. No path of the machine and no date goes in.
string(REPLACE ":" ";" FILES "${FILES}")
set(manifest "")
foreach(file IN LISTS FILES)
  file(SHA256 "${FOLDER}/${file}" sum)
  string(APPEND manifest "${sum}  ${file}\n")
endforeach()
string(SHA256 digest "${manifest}")
string(REGEX REPLACE "(..)" "0x\\1," octets "${digest}")
file(WRITE "${OUT}" "#include \"legal/identity.h\"

const struct legal_identity *legal_identity(void)
{
    static const struct legal_identity identity = {\"watthour legal ${VERSION}\", {${octets}}};
    return &identity;
}
")
