//go:build unix && !linux

package gitrepo

import "path/filepath"

// syncAll brings the files and the folders that name them to the disk.
func syncAll(_ string, files []string) error {
	folders := map[string]bool{}
	for _, name := range files {
		if err := syncFile(name); err != nil {
			return err
		}
		folders[filepath.Dir(name)] = true
		folders[filepath.Dir(filepath.Dir(name))] = true
	}
	for folder := range folders {
		if err := syncFolder(folder); err != nil {
			return err
		}
	}
	return nil
}

func syncFile(name string) error { return syncFolder(name) }
